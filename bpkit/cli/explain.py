"""``bpkit explain``: its words."""

from __future__ import annotations

from bpkit.cli.verb import Verb


class Explain(Verb):
    """Print the page of a rule of check, lint or ignore; without arguments, list all rules."""

    USAGE = "bpkit explain [SWITCH...] [RULE...]\n"
    EXAMPLES = (
        ("bpkit explain BPK206", "explain the rule, and how to fix its findings"),
        ("bpkit explain", "list all rules"),
    )

    def main(self, *ids: str) -> int:
        from bpkit.report import rule_json
        from bpkit.verbs.explain import every_rule, explain, overview

        text = explain(ids) if ids else overview()
        rules = every_rule()
        chosen = [rules[one.upper()] for one in ids] if ids else rules.values()
        self.console().result(text, {"rules": [rule_json(rule) for rule in chosen]})
        return 0
