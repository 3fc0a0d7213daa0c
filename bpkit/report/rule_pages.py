"""The pages of rules, written from the same table that the checks use."""

from __future__ import annotations

from collections.abc import Sequence

from bpkit.findings import Rule


def rule_page(rule: Rule, closing: str = "") -> str:
    """The page of one rule, as Markdown; ``closing`` is put at its end."""
    parts = [f"# {rule.id}: {rule.title}", f"Severity: {rule.severity}.", rule.why]
    for heading, example in (("Fails", rule.failing), ("Passes", rule.passing)):
        if example:
            parts.append(f"## {heading}\n\n```dockerfile\n{example.rstrip()}\n```")
    return "\n\n".join([*parts, *([closing] if closing else [])]) + "\n"


def rules_table(rules: Sequence[Rule], directory: str) -> str:
    """A table of rules as Markdown, each linked to its page in ``directory``."""
    lines = ["| Rule | Severity | What is wrong |", "| --- | --- | --- |"]
    lines += [f"| [{r.id}]({directory}/{r.id}.md) | {r.severity} | {r.title} |" for r in rules]
    return "\n".join(lines) + "\n"
