"""BPK109: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.unexpanded_program import RULE
from tests.verbs.check.made import static, subject
from tests.verbs.check.spec import APP, SH, check_cases, command

FAILS = (
    subject(APP, **command("$APP", env={"APP": "/app"})),
    subject(APP, **command("${APP}/bin/app")),
)
PASSES = (
    subject(APP, SH, **command("/bin/sh", "-c", "$APP", env={"APP": "/app"})),
    subject(static("/$app"), **command("/$app")),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
