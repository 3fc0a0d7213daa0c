"""BPK123: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.not_on_path import RULE
from tests.verbs.check.made import static, subject, text
from tests.verbs.check.spec import ENV, check_cases, command

FAILS = (
    subject(ENV, text("/app", b"#!/usr/bin/env ruby\n"), **command("/app")),
    subject(ENV, text("/app", b"#!/usr/bin/env -S ruby -w\n"), **command("/app")),
)
PASSES = (
    subject(
        ENV, static("/usr/bin/ruby"), text("/app", b"#!/usr/bin/env ruby\n"), **command("/app")
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
