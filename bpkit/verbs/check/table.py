"""All rules of ``bpkit check``: a new one is a new file in ``rules`` and a line here.

Rules about a language's modules are in the language's package.
"""

from __future__ import annotations

from bpkit.findings import Finding, Rule, in_order
from bpkit.image import Subject
from bpkit.languages import LANGUAGES
from bpkit.verbs.check.rule import CheckRule
from bpkit.verbs.check.rules import (
    byte_order_mark,
    carriage_return,
    health_program_missing,
    interpreted_file_missing,
    interpreter_loop,
    may_not_start,
    may_open,
    moved_environment,
    named_user,
    no_accounts,
    no_ca_roots,
    no_command,
    no_interpreter,
    no_library,
    no_loader,
    no_nss_modules,
    no_nsswitch,
    no_shell,
    no_tmp,
    no_zoneinfo,
    not_a_program,
    not_on_path,
    not_started,
    old_library,
    other_machine,
    preload_missing,
    program_missing,
    program_not_allowed,
    program_not_executable,
    root_user,
    unexpanded_argument,
    unexpanded_program,
    unknown_user,
    unstartable_artifact,
    unusable_interpreter,
    windows_script,
    workdir_is_file,
)
from bpkit.verbs.check.subject import CheckSubject

CHECKS: tuple[CheckRule, ...] = (
    no_command,
    program_missing,
    program_not_executable,
    program_not_allowed,
    no_shell,
    workdir_is_file,
    not_started,
    health_program_missing,
    unexpanded_program,
    unexpanded_argument,
    other_machine,
    no_loader,
    no_library,
    old_library,
    not_a_program,
    unstartable_artifact,
    preload_missing,
    no_interpreter,
    carriage_return,
    not_on_path,
    unusable_interpreter,
    interpreter_loop,
    moved_environment,
    windows_script,
    may_not_start,
    byte_order_mark,
    interpreted_file_missing,
    no_ca_roots,
    no_zoneinfo,
    no_accounts,
    no_nsswitch,
    no_nss_modules,
    no_tmp,
    may_open,
    unknown_user,
    named_user,
    root_user,
)
_OF_LANGUAGES = tuple(rule for one in LANGUAGES for rule in one.rules)
#: The rules in the page and in SARIF, in the order of their ids.
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (*(one.RULE for one in CHECKS), *(one.RULE for one in _OF_LANGUAGES)),
        key=lambda rule: rule.id,
    )
)

# The files that shrink adds to an image because a rule needs them.
NO_ACCOUNTS, NO_NSSWITCH, NO_NSS_MODULES = no_accounts.RULE, no_nsswitch.RULE, no_nss_modules.RULE
NO_ROOTS, NO_TMP, NO_ZONES = no_ca_roots.RULE, no_tmp.RULE, no_zoneinfo.RULE


def check_image(image: Subject) -> tuple[Finding, ...]:
    """All problems of the image, the worst first."""
    subject = CheckSubject(image)
    found = [finding for check in CHECKS for finding in check.check(subject)]
    links = subject.links
    if links and links[-1].node is not None:
        for rule in _OF_LANGUAGES:
            found += rule.check(image, links)
    return in_order(found)
