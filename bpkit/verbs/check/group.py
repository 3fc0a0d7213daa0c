"""What a group of rules is: a module that names its rules, and holds an image against them.

To add a group is to add a file, and its name to the table in ``bpkit.verbs.check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bpkit.findings import Finding, Rule
from bpkit.image import Subject


class RuleGroup(Protocol):
    """A module with these two names."""

    @property
    def RULES(self) -> tuple[Rule, ...]:  # noqa: N802
        """Its rules, in the order of their numbers."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Where the image breaks one of the rules; no two findings of one cause."""
