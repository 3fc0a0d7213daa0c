"""BPK108: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.health_program_missing import RULE
from tests.verbs.check.made import subject
from tests.verbs.check.spec import APP, SH, check_cases, command

FAILS = (
    subject(APP, SH, **command("/app", healthcheck=("/bin/sh", "-c", "curl -f x"))),
    subject(APP, **command("/app", healthcheck=("/bin/sh", "-c", "true"))),
)
PASSES = (
    subject(APP, SH, **command("/app", healthcheck=("/bin/sh", "-c", "/app"))),
    subject(
        APP, SH, **command("/app", healthcheck=("/bin/sh", "-c", "exec 3<>/dev/tcp/localhost/80"))
    ),
    subject(APP, SH, **command("/app", healthcheck=("/bin/sh", "-c", "exec 2>&1"))),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
