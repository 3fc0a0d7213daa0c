"""BPK153: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.root_user import RULE
from tests.verbs.check.made import subject
from tests.verbs.check.spec import APP, check_cases, command

FAILS = (
    subject(APP, entrypoint=("/app",)),
    subject(APP, entrypoint=("/app",), user="0:0"),
)
PASSES = (subject(APP, **command("/app")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
