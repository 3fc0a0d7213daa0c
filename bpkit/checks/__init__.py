"""The rules that an image is held against before anyone runs it, and the table of their groups."""

from __future__ import annotations

from bpkit.checks import binary, entry, language, script, user, wants
from bpkit.checks.group import Group
from bpkit.checks.subject import Subject
from bpkit.findings import Finding, Rule, in_order

#: One module a group; the order is that of the page of rules.
GROUPS: tuple[Group, ...] = (entry, binary, script, language, wants, user)
RULES: tuple[Rule, ...] = tuple(rule for group in GROUPS for rule in group.RULES)


def check_image(subject: Subject) -> tuple[Finding, ...]:
    """All that is wrong with the image, the worst first."""
    return in_order(finding for group in GROUPS for finding in group.findings(subject))
