"""BPK152: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.named_user import RULE
from tests.verbs.check.made import subject
from tests.verbs.check.spec import APP, PASSWD, check_cases

FAILS = (subject(APP, PASSWD, entrypoint=("/app",), user="app"),)
PASSES = (subject(APP, entrypoint=("/app",), user="1000"),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
