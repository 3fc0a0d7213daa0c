"""The shape of a rule of ``bpkit check``: a module with a ``RULE`` and a function ``check``.

One file holds all that a rule is: its id, severity, title and why, an example that breaks it and
one that doesn't, and the words of its messages, so that they are proof-read together. Its spec
stands under the same name in ``tests``; ``docs/rules.md`` is made from the values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.subject import CheckSubject


class CheckRule(Protocol):
    """A module of ``bpkit.verbs.check.rules``: a fault, and the function that finds
    it."""

    __name__: str
    RULE: Rule

    def check(self, subject: CheckSubject) -> Iterable[Finding]:
        """Each place in ``subject`` where the rule is broken; no two findings of one cause."""
        ...
