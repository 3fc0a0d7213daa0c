"""The selected rules, and the severities of their findings: switches and ``[lint]`` settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from bpkit.errors import InputError
from bpkit.findings import SEVERITIES, Finding, Severity
from bpkit.formats.text import nearest
from bpkit.light import dataclass


@dataclass(frozen=True)
class RuleSelection:
    """The ids of rules: ``only`` these (empty: all), ``without`` those; ``severities`` by id.

    Ids are bpkit's, hadolint's and docker's, compared without case.
    """

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict, hash=False)

    def takes(self, ids: Iterable[str]) -> bool:
        """Whether a finding with these ids is selected."""
        names = {one.lower() for one in ids}
        wanted = not self.only or bool(names & {one.lower() for one in self.only})
        return wanted and not names & {one.lower() for one in self.without}

    def graded(self, finding: Finding) -> Finding:
        """The finding with the severity from the settings."""
        severity = self.severities.get(finding.rule.id.upper())
        return (
            replace(finding, rule=replace(finding.rule, severity=severity)) if severity else finding
        )


def selection_of(
    only: Iterable[str], without: Iterable[str], severities: Mapping[str, str], known: Iterable[str]
) -> RuleSelection:
    """The selection from these words, which may be ids with commas.

    Raises InputError for an unknown id of bpkit's, and for an unknown severity.
    """
    ids = {one.upper() for one in known}
    chosen = [tuple(i for word in words for i in word.split(",") if i) for words in (only, without)]
    for one in (*chosen[0], *chosen[1], *severities):
        if one.upper().startswith("BPK") and one.upper() not in ids:
            near = nearest(one, sorted(ids))
            hint = f"did you mean {near}?" if near else "run 'bpkit explain' to list them"
            raise InputError(f"'{one}' is not a rule of bpkit", hint=hint)
    graded: dict[str, Severity] = {}
    for one, word in severities.items():
        severity = next((s for s in SEVERITIES if s == word), None)
        if severity is None:
            raise InputError(
                f"'{word}' is not a severity of {one}", hint=f"write one of {', '.join(SEVERITIES)}"
            )
        graded[one.upper()] = severity
    return RuleSelection(chosen[0], chosen[1], graded)
