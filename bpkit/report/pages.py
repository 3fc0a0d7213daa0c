"""The page of a rule, for ``bpkit explain`` and for the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Rule


def rule_page(rule: Rule, closing: str = "") -> str:
    """The page of one rule, as Markdown, with ``closing`` at its end."""
    heading = f"# {rule.id}: {rule.title}"
    return "\n\n".join(part for part in (heading, *rule_sections(rule), closing) if part) + "\n"


def rule_json(rule: Rule) -> dict[str, object]:
    """The rule as data for ``json.dumps``."""
    return {
        "id": rule.id,
        "severity": rule.severity,
        "title": rule.title,
        "why": rule.why,
        "fix": rule.fix,
        "failing": rule.failing,
        "passing": rule.passing,
    }


def rule_sections(rule: Rule) -> Iterator[str]:
    """The page's sections below its heading: severity, why, how to fix it, examples."""
    yield f"Severity: {rule.severity}."
    yield rule.why
    if rule.fix:
        yield f"## How to fix it\n\n{rule.fix}"
    for heading, example in (("Fails", rule.failing), ("Passes", rule.passing)):
        if example:
            yield f"## {heading}\n\n```dockerfile\n{example.rstrip()}\n```"
