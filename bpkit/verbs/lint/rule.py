"""What a rule of ``bpkit lint`` is: a module with a ``RULE`` and a function ``check``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.subject import LintSubject


class LintRule(Protocol):
    """A module of ``bpkit.verbs.lint.rules``: what can be wrong, and the function that looks for
    it."""

    RULE: Rule

    def check(self, subject: LintSubject) -> Iterable[Finding]:
        """Each place in ``subject`` where the rule is broken. Raises DockerfileError."""
        ...
