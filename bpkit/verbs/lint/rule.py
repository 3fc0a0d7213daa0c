"""The shape of a rule: a module with a ``RULE`` and a function ``check``.

One file contains all of a rule: its id, severity, title, why and fix, an example that breaks it and
one that doesn't, and the words of its messages, so that they are proof-read together. Its spec has
the same name in ``tests``; its page is generated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.subject import LintSubject


class LintRule(Protocol):
    """A module of ``bpkit.verbs.lint.rules``: a fault, and the function that finds
    it."""

    __name__: str
    RULE: Rule

    def check(self, subject: LintSubject) -> Iterable[Finding]:
        """Each place in ``subject`` where the rule is broken. Raises DockerfileError."""
        ...
