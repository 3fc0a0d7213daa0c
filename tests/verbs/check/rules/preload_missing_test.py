"""BPK117: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.preload_missing import RULE
from tests.verbs.check.made import glibc, subject
from tests.verbs.check.spec import GLIBC_APP, check_cases, command

FAILS = (subject(*glibc(), GLIBC_APP, **command("/app", env={"LD_PRELOAD": "libx.so"})),)
PASSES = ()
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
