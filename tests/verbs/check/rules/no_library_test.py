"""BPK113: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.no_library import RULE
from tests.verbs.check.made import glibc, library, program, subject
from tests.verbs.check.spec import check_cases, command

FAILS = (subject(*glibc(), program("/app", "libz.so.1", "libc.so.6"), **command("/app")),)
PASSES = (
    subject(
        *glibc(),
        library("/usr/lib/libz.so.1", "libc.so.6"),
        program("/app", "libz.so.1", "libc.so.6"),
        **command("/app"),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
