"""The pages of rules, made from the values that the verbs use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpkit.errors import InputError
from bpkit.findings import Rule
from bpkit.formats.text import nearest
from bpkit.report import rule_page, table
from bpkit.verbs import check, ignore, lint


def every_rule() -> Mapping[str, Rule]:
    """All rules of bpkit, by their ids."""
    rules = (*check.RULES, *lint.RULES, *ignore.RULES)
    return {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}


def explain(ids: Iterable[str]) -> str:
    """The pages of the rules with these ids, as Markdown. Raises InputError for an unknown id."""
    rules = every_rule()
    return "\n".join(rule_page(_rule(one, rules)) for one in ids)


def _rule(one: str, rules: Mapping[str, Rule]) -> Rule:
    found = rules.get(one.upper())
    if found is None:
        near = nearest(one, rules)
        hint = f"did you mean {near}?" if near else _elsewhere(one)
        raise InputError(f"there is no rule '{one}'", hint=hint)
    return found


def _elsewhere(one: str) -> str:
    if one.upper().startswith("DL"):
        return f"it is hadolint's: https://github.com/hadolint/hadolint/wiki/{one.upper()}"
    if one.upper().startswith("SC"):
        return f"it is ShellCheck's: https://www.shellcheck.net/wiki/{one.upper()}"
    return "run 'bpkit explain' for a list of all rules"


def overview() -> str:
    """One line per rule: its id, its severity, its title."""
    rows: list[tuple[str, ...]] = [("Rule", "Severity", "What is wrong")]
    rows += [(rule.id, rule.severity, rule.title) for rule in every_rule().values()]
    return table(rows)
