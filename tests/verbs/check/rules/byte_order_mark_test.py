"""BPK129: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.byte_order_mark import RULE
from tests.verbs.check.made import subject, text
from tests.verbs.check.spec import SH, check_cases, command

FAILS = (subject(text("/app", b"\xef\xbb\xbf#!/bin/sh\n"), SH, **command("/app")),)
PASSES = (subject(SH, text("/app", b"#!/bin/sh\n"), **command("/app")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
