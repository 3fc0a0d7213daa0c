"""BPK101: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.no_command import RULE
from tests.verbs.check.made import subject
from tests.verbs.check.spec import APP, QUIET, check_cases, command

FAILS = (subject(APP, **QUIET),)
PASSES = (
    subject(APP, **command("/app")),
    subject(APP, cmd=("/app",), **QUIET),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
