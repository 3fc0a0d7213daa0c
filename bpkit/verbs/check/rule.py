"""The shape of a rule of ``bpkit check``: a module with a ``RULE`` and a function ``check``.

One file contains the whole rule: its id, severity, title and why, an example that breaks it and one
that doesn't, and the text of its messages, so that they are proofread together. Its spec has the
same name in ``tests``; ``docs/rules.md`` is generated from the values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.subject import CheckSubject


class CheckRule(Protocol):
    """A module in ``bpkit.verbs.check.rules``: a rule, and the function that finds violations."""

    __name__: str
    RULE: Rule

    def check(self, subject: CheckSubject) -> Iterable[Finding]:
        """The places in ``subject`` that break the rule; no two findings with the same cause."""
        ...
