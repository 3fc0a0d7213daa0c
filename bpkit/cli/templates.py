"""``bpkit templates``: its switches."""

from __future__ import annotations

from bpkit.cli.verb import Verb


class Templates(Verb):
    """List the templates of ``bpkit init``, your own first."""

    USAGE = "bpkit templates [SWITCH...]\n"
    EXAMPLES = (
        ("bpkit templates", "list them"),
        ("bpkit templates --json", "list them as JSON"),
    )

    def main(self) -> int:
        from bpkit.verbs.init import list_templates, templates_json, templates_text

        listed = list_templates()
        self.console().result(templates_text(listed), templates_json(listed))
        return 0
