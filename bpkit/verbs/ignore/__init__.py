"""``bpkit ignore``: the .dockerignore that the Dockerfiles imply."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.verbs.ignore.derivation import allow_list
    from bpkit.verbs.ignore.report import derivation_json, notes, saving_text
    from bpkit.verbs.ignore.run import IgnoreFile, IgnoreRequest, check, derive, write
    from bpkit.verbs.ignore.text import derived_text, with_own

__all__ = [
    # A derived file: bpkit's own if its derived part is, whatever stands below it.
    "IgnoreFile",
    # What the command line says; ``output`` is the file's name in the context.
    "IgnoreRequest",
    # The lines that let in ``needs``; with a ``tree`` also what links in it lead to.
    "allow_list",
    # What is wrong with what is there now: drift, needed files left out, secrets sent.
    "check",
    # The derivation as data for ``json.dumps``; sizes in bytes.
    "derivation_json",
    # The file that follows from the Dockerfiles of a directory
    "derive",
    # The derived part, up to and with the line below which the user's own lines stand.
    "derived_text",
    # What a person should know of the derivation, each in a line.
    "notes",
    # One line: how much the classic builder is sent now, and with the derived file.
    "saving_text",
    # The whole file.
    "with_own",
    # Write the file
    "write",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "derivation": "allow_list",
        "report": "derivation_json notes saving_text",
        "run": "IgnoreFile IgnoreRequest check derive write",
        "text": "derived_text with_own",
    },
)
