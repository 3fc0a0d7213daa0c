"""``bpkit convert``: a project from one form to the other."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.convert.files import check_files, remove_unneeded, write
    from bpkit.verbs.convert.report import (
        conversion_json,
        diff_text,
        report_text,
        verdict_text,
        verifying,
    )
    from bpkit.verbs.convert.request import BUILDER, ConvertRequest
    from bpkit.verbs.convert.result import Conversion, FileChange, WrittenForm
    from bpkit.verbs.convert.run import convert

__all__ = [
    # The forms, as ``--to`` names them.
    "BUILDER",
    # The result of a conversion; nothing is written yet.
    "Conversion",
    # The choices of the command line; empty if not given.
    "ConvertRequest",
    # A file as it will be, beside its present text (None if it doesn't exist).
    "FileChange",
    # One form of a project: its recipe, and the images whose context contains only artifacts.
    "WrittenForm",
    # Raises InputError if a file that a person wrote would be overwritten.
    "check_files",
    # The conversion as data for ``json.dumps``; ``verify`` is null without ``--verify``.
    "conversion_json",
    # The project in the other form
    "convert",
    # The changes as a unified diff for ``patch -p1``; empty if nothing changes.
    "diff_text",
    # Remove the files that only the old form needs, each kept as ``.bak``; returns their
    # names.
    "remove_unneeded",
    # The lists of lines, the new build command, and the files that are no longer needed.
    "report_text",
    # What differs between the images of the two forms.
    "verdict_text",
    # The command that does the same conversion and proves it.
    "verifying",
    # Write these files of the conversion; those in one directory all together or not at all.
    "write",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "files": "check_files remove_unneeded write",
        "report": "conversion_json diff_text report_text verdict_text verifying",
        "request": "BUILDER ConvertRequest",
        "result": "Conversion FileChange WrittenForm",
        "run": "convert",
    },
)
