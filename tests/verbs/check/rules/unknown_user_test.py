"""BPK151: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.unknown_user import RULE
from tests.verbs.check.made import subject
from tests.verbs.check.spec import APP, GROUP, PASSWD, check_cases

FAILS = (
    subject(APP, entrypoint=("/app",), user="app"),
    subject(APP, PASSWD, GROUP, entrypoint=("/app",), user="app:wheel"),
    subject(APP, entrypoint=("/app",), user="4294967296"),
)
PASSES = (
    subject(APP, entrypoint=("/app",), user="1000"),
    subject(APP, PASSWD, GROUP, entrypoint=("/app",), user="1000:50"),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
