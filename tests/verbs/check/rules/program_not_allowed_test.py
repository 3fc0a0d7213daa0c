"""BPK104: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.program_not_allowed import RULE
from tests.verbs.check.made import directory, static, subject, text
from tests.verbs.check.spec import SH, check_cases, command

FAILS = (
    subject(static("/app", 0o744), **command("/app")),
    subject(directory("/root", 0o700), static("/root/app"), **command("/root/app")),
    subject(SH, text("/app", b"#!/bin/sh\n", 0o711), **command("/app")),
)
PASSES = (
    subject(static("/app", 0o744), entrypoint=("/app",)),
    subject(
        directory("/root", 0o700),
        directory("/root/in", 0o755),
        static("/root/in/app"),
        **command("./app", workdir="/root/in"),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
