"""BPK103: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.program_not_executable import RULE
from tests.verbs.check.made import directory, static, subject
from tests.verbs.check.spec import check_cases, command

FAILS = (
    subject(static("/app", 0o644), **command("/app")),
    subject(directory("/app"), **command("/app")),
    subject(static("/app", 0o644), entrypoint=("/app",)),
)
PASSES = (subject(static("/app"), **command("/app")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
