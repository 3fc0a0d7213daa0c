"""BPK117: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.preload_missing import RULE
from tests.verbs.check.made import glibc, library, subject
from tests.verbs.check.spec import GLIBC_APP, check_cases, command

FAILS = (subject(*glibc(), GLIBC_APP, **command("/app", env={"LD_PRELOAD": "libx.so"})),)
PASSES = (
    subject(
        *glibc(),
        library("/usr/lib/libx.so", "libc.so.6"),
        GLIBC_APP,
        **command("/app", env={"LD_PRELOAD": "libx.so"}),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
