"""All rules of ``bpkit lint``: a new one is a new file in ``rules`` and a line here."""

from __future__ import annotations

from collections.abc import Iterable

from bpkit.findings import Finding, Rule, in_order
from bpkit.verbs.lint.ignores import UNREASONED, UNUSED
from bpkit.verbs.lint.rule import LintRule
from bpkit.verbs.lint.rules import (
    artifact_not_made,
    compiler_ships,
    git_ships,
    later_stage,
    latest_base,
    name_slip,
    named_user,
    no_shell,
    older_glibc,
    other_libc,
    other_platform,
    package_cache_ships,
    perhaps_other_libc,
    root_user,
    secret_in_build,
    unknown_instruction,
    unused_stage,
    whole_context,
)
from bpkit.verbs.lint.subject import LintSubject

CHECKS: tuple[LintRule, ...] = (
    artifact_not_made,
    other_libc,
    perhaps_other_libc,
    older_glibc,
    unused_stage,
    root_user,
    named_user,
    latest_base,
    name_slip,
    later_stage,
    whole_context,
    compiler_ships,
    package_cache_ships,
    git_ships,
    secret_in_build,
    no_shell,
    other_platform,
    unknown_instruction,
)

#: What the pages, SARIF and the ignores know of, in the order of their ids.
RULES: tuple[Rule, ...] = (*(check.RULE for check in CHECKS), UNREASONED, UNUSED)


def findings(subjects: Iterable[LintSubject]) -> tuple[Finding, ...]:
    """What bpkit's own rules find, ignores not yet looked at. Raises DockerfileError."""
    subjects = tuple(subjects)
    return in_order(
        finding for subject in subjects for check in CHECKS for finding in check.check(subject)
    )
