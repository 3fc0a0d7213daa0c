"""The shape of a rule: a module with a ``RULE`` and a function ``check``.

One file holds all that a rule is: its id, severity, title, why and fix, an example that breaks it
and one that doesn't, and the words of its messages, so that they are proof-read together. Its
spec stands under the same name in ``tests``; its page is made from the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.subject import LintSubject


class LintRule(Protocol):
    """A module of ``bpkit.verbs.lint.rules``: what can be wrong, and the function that looks for
    it."""

    __name__: str
    RULE: Rule

    def check(self, subject: LintSubject) -> Iterable[Finding]:
        """Each place in ``subject`` where the rule is broken. Raises DockerfileError."""
        ...
