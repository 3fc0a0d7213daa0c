"""``bpkit compare``: its switches."""

from __future__ import annotations

from bpkit.cli.build import BuildingVerb


class Compare(BuildingVerb):
    """Build the project in DIR both ways and set them side by side.

    The builder pattern and the multi-stage build are made from the same source under names of
    their own, cold and warm, and removed again.
    """

    USAGE = "bpkit compare [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit compare", "compare both forms of the project in this directory"),
        ("bpkit compare --json > compare.json", "keep the figures"),
    )

    def main(self, directory: str = ".") -> int:
        from bpkit.verbs.build import prepare
        from bpkit.verbs.compare import compare, compare_json, compare_text

        engine, console = self.engine(), self.console()
        prepared = prepare(self.choices(directory), self.options(), engine)
        found = compare(prepared, engine, console)
        console.result(compare_text(found), compare_json(found))
        return 0
