"""``bpkit lint``: Dockerfiles looked at without building them."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.lint.baseline import write_baseline
    from bpkit.verbs.lint.checksums import with_checksums
    from bpkit.verbs.lint.files import LintRequest, split_words
    from bpkit.verbs.lint.fixing import fixed_files, fixes_json, write_fixed
    from bpkit.verbs.lint.own_file import own_file_findings
    from bpkit.verbs.lint.report import lint_json, lint_text
    from bpkit.verbs.lint.run import LintResult, lint
    from bpkit.verbs.lint.table import RULES

__all__ = [
    # The rules in the pages, SARIF and the ignores, in the order of their ids.
    "RULES",
    # The choices of the command line; empty if not given.
    "LintRequest",
    # The findings of all linters, the worst first.
    "LintResult",
    # The files with the edits of these findings
    "fixed_files",
    # The edits as data for ``json.dumps``.
    "fixes_json",
    # Lint the Dockerfiles in ``choices``; ``without`` names linters to leave out.
    "lint",
    # The findings as data; ``notes`` are which linters did not run, and why.
    "lint_json",
    # The findings in the form of ``--format``.
    "lint_text",
    # Its findings that a Dockerfile written by ``init`` fixes, without a look at the context.
    "own_file_findings",
    # The directories and the files among the words of a command line, ``[DIR...] [FILE...]``.
    "split_words",
    # The findings of ADDs without a checksum, with the edit that gives them one.
    "with_checksums",
    # Write the baseline, replacing an existing one
    "write_baseline",
    # Write the files, or leave all as they were
    "write_fixed",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "baseline": "write_baseline",
        "checksums": "with_checksums",
        "files": "LintRequest split_words",
        "fixing": "fixed_files fixes_json write_fixed",
        "own_file": "own_file_findings",
        "report": "lint_json lint_text",
        "run": "LintResult lint",
        "table": "RULES",
    },
)
