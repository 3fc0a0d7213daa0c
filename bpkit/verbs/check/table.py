"""The rules that an image is held against before anyone runs it, and the table of their groups."""

from __future__ import annotations

from bpkit.findings import Finding, Rule, in_order
from bpkit.image import Subject
from bpkit.verbs.check import binary, entry, language, script, user, wants
from bpkit.verbs.check.group import RuleGroup

#: One module a group; the order is that of the page of rules.
GROUPS: tuple[RuleGroup, ...] = (entry, binary, script, language, wants, user)
RULES: tuple[Rule, ...] = tuple(rule for group in GROUPS for rule in group.RULES)


def check_image(subject: Subject) -> tuple[Finding, ...]:
    """All that is wrong with the image, the worst first."""
    return in_order(finding for group in GROUPS for finding in group.findings(subject))
