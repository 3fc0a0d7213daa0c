"""BPK112: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.no_loader import RULE
from tests.verbs.check.made import glibc, musl, program, subject, text
from tests.verbs.check.spec import GLIBC_APP, SH, TOOL, check_cases, command

FAILS = (
    subject(GLIBC_APP, **command("/app")),
    subject(*musl(), GLIBC_APP, **command("/app")),
    subject(program("/bin/sh", "libc.so.6"), TOOL, **command("/app")),
)
PASSES = (
    subject(*glibc(), GLIBC_APP, **command("/app")),
    subject(SH, text("/app", b"#! /bin/sh -e\n"), **command("/app")),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
