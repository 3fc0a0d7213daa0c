"""BPK110: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.unexpanded_argument import RULE
from tests.verbs.check.made import subject, text
from tests.verbs.check.spec import APP, SH, check_cases, command

FAILS = (
    subject(APP, **command("/app", "--port=$PORT", env={"PORT": "80"})),
    subject(APP, **command("/app", "${HOME}/x")),
)
PASSES = (
    subject(APP, **command("/app", "--match=^a$")),
    subject(APP, **command("/app", "$1", "$other")),
    subject(SH, **command("/bin/sh", "-c", "echo $PORT", env={"PORT": "80"})),
    subject(
        SH, text("/run", b"#!/bin/sh\necho hi\n"), **command("/run", "$PORT", env={"PORT": "80"})
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
