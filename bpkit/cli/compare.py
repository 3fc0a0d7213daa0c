"""``bpkit compare``: its switches."""

from __future__ import annotations

from bpkit.cli.project_verb import BuildingVerb
from bpkit.cli.verb import in_directory


class Compare(BuildingVerb):
    """Build the project in DIR in both forms and compare them.

    The builder pattern and the multi-stage build are built from the same source under
    temporary names, cold and warm, and removed again. Files to maintain are the Dockerfiles, and
    the script that a pair needs where there is no bpkit; steps are what 'bpkit build' runs, with
    its clean-up; an artifact is on the host if it passes through a directory there.
    """

    USAGE = "bpkit compare [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit compare", "compare both forms of the project in this directory"),
        ("bpkit compare --json > compare.json", "write the figures to a file"),
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.verbs.build import prepare
        from bpkit.verbs.compare import compare, compare_json, compare_text

        engine, console = self.engine(), self.console()
        prepared = prepare(self.choices(directory), self.options(), engine)
        found = compare(prepared, engine, console)
        console.result(compare_text(found), compare_json(found))
        return 0
