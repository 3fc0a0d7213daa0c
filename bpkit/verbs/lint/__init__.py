"""``bpkit lint``: Dockerfiles looked at without building them."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.verbs.lint.files import LintRequest, split_words
    from bpkit.verbs.lint.report import lint_json, lint_sarif
    from bpkit.verbs.lint.run import LintResult, lint

__all__ = [
    # What the command line says: empty where it says nothing.
    "LintRequest",
    # What all linters found, the worst first; ``notes`` say which of them did not run, and
    # why.
    "LintResult",
    # Look at the Dockerfiles of ``choices``; ``without`` names linters to leave out.
    "lint",
    # The findings as data; ``notes`` say which linters did not run, and why.
    "lint_json",
    # The findings as the text of a SARIF file.
    "lint_sarif",
    # The directories and the files among the words of a command line, ``[DIR...] [FILE...]``.
    "split_words",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "files": "LintRequest split_words",
        "report": "lint_json lint_sarif",
        "run": "LintResult lint",
    },
)
