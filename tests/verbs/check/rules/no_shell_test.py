"""BPK105: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.no_shell import RULE
from tests.verbs.check.made import subject
from tests.verbs.check.spec import APP, SH, check_cases, command

FAILS = (subject(APP, **command("/bin/sh", "-c", "/app")),)
PASSES = (subject(SH, APP, **command("/bin/sh", "-c", "/app && date")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
