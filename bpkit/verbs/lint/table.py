"""All rules of ``bpkit lint``: a new rule is a new file in ``rules`` and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpkit.findings import Finding, Rule, in_order
from bpkit.formats.dockerfile import DockerfileError
from bpkit.verbs.lint.ignores import UNREASONED, UNUSED
from bpkit.verbs.lint.rule import LintRule
from bpkit.verbs.lint.rules import (
    argument_scope,
    artifact_not_made,
    compiler_ships,
    copy_before_install,
    dev_dependencies,
    duplicate_stage,
    end_of_life_base,
    frees_nothing,
    git_ships,
    ignored_source,
    later_stage,
    latest_base,
    name_slip,
    named_user,
    newer_builder,
    no_shell,
    older_glibc,
    open_base,
    other_libc,
    other_platform,
    package_cache_ships,
    perhaps_other_libc,
    piped_to_shell,
    plain_http,
    recursive_owner,
    refused,
    root_user,
    secret_in_build,
    tls_off,
    unchecked_add,
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
    refused,
    newer_builder,
    duplicate_stage,
    argument_scope,
    open_base,
    end_of_life_base,
    copy_before_install,
    recursive_owner,
    frees_nothing,
    dev_dependencies,
    plain_http,
    unchecked_add,
    piped_to_shell,
    tls_off,
    ignored_source,
)

#: The rules in the pages, SARIF and the ignores, in the order of their ids.
RULES: tuple[Rule, ...] = (*(check.RULE for check in CHECKS), UNREASONED, UNUSED)


def findings(subjects: Iterable[LintSubject]) -> tuple[Finding, ...]:
    """The findings of bpkit's own rules, before ignores are applied."""
    return in_order(finding for subject in subjects for finding in _found(subject))


def _found(subject: LintSubject) -> Iterator[Finding]:
    """The findings in one file; if a rule could not continue, the reason, once per place."""
    found: list[Finding] = []
    stopped: list[Finding] = []
    for check in CHECKS:
        try:
            found += check.check(subject)
        except DockerfileError as error:
            stopped.append(refused.unreadable(error, subject.file.name))
    yield from found
    told = {finding.place for finding in found if finding.rule is refused.RULE}
    yield from (finding for finding in stopped if finding.place not in told)
