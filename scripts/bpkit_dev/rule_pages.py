"""The tables and pages of rules, generated from the values that the checks use."""

from __future__ import annotations

from collections.abc import Sequence

from bpkit.findings import Rule


def rules_table(rules: Sequence[Rule], directory: str) -> str:
    """A table of rules as Markdown, each linked to its page in ``directory``."""
    lines = ["| Rule | Severity | What is wrong |", "| --- | --- | --- |"]
    lines += [f"| [{r.id}]({directory}/{r.id}.md) | {r.severity} | {r.title} |" for r in rules]
    return "\n".join(lines) + "\n"


def rules_document(rules: Sequence[Rule]) -> str:
    """All rules on one page, as Markdown: a table that links to a section for each."""
    lines = ["| Rule | Severity | What is wrong |", "| --- | --- | --- |"]
    lines += [f"| [{r.id}](#{r.id.lower()}) | {r.severity} | {r.title} |" for r in rules]
    sections = [_section(rule) for rule in rules]
    return "\n\n".join(["\n".join(lines), *sections]) + "\n"


def _section(rule: Rule) -> str:
    """A rule's section; the heading is the id alone, so that links survive a new title."""
    parts = [f"## {rule.id}", f"**{rule.title}** ({rule.severity})", rule.why]
    if rule.fix:
        parts.append(rule.fix)
    for heading, example in (("Fails", rule.failing), ("Passes", rule.passing)):
        if example:
            parts.append(f"{heading}:\n\n```dockerfile\n{example.rstrip()}\n```")
    if rule.says:
        said = " or ".join(f"`{words}`" for words in rule.says.split("|"))
        parts.insert(-1, f"Running it with `docker run` fails with a message that matches {said}.")
    return "\n\n".join(parts)
