"""BPK124: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.unusable_interpreter import RULE
from tests.verbs.check.made import static, subject, text
from tests.verbs.check.spec import check_cases, command

FAILS = (subject(static("/bin/sh", 0o644), text("/app", b"#!/bin/sh\n"), **command("/app")),)
PASSES = (subject(static("/bin/sh"), text("/app", b"#!/bin/sh\n"), **command("/app")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
