"""BPK125: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.interpreter_loop import RULE
from tests.verbs.check.made import subject, text
from tests.verbs.check.spec import SH, check_cases, command

FAILS = (
    subject(text("/app", b"#!/app\n"), **command("/app")),
    subject(text("/app", b"#!/other\n"), text("/other", b"#!/app\n"), **command("/app")),
    subject(text("/app", b"#!/app\n"), SH, **command("/bin/sh", "-c", "/app")),
    subject(
        SH,
        text("/6", b"#!/bin/sh\n"),
        *(text(f"/{n}", f"#!/{n + 1}\n".encode()) for n in range(1, 6)),
        **command("/1"),
    ),
)
PASSES = (
    subject(SH, text("/app", b"#!/other\n"), text("/other", b"#!/bin/sh\n"), **command("/app")),
    subject(
        SH,
        text("/5", b"#!/bin/sh\n"),
        *(text(f"/{n}", f"#!/{n + 1}\n".encode()) for n in range(1, 5)),
        **command("/1"),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
