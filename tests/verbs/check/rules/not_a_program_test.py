"""BPK115: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.not_a_program import RULE
from tests.verbs.check.made import subject, text
from tests.verbs.check.spec import SH, check_cases, command

FAILS = (
    subject(text("/app", b"echo hello\n"), **command("/app")),
    subject(text("/app", b"!<arch>\n"), **command("/app")),
)
PASSES = (subject(SH, text("/app", b"echo hello\n"), **command("/bin/sh", "-c", "/app")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
