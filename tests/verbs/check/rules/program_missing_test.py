"""BPK102: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.program_missing import RULE
from tests.verbs.check.made import link, static, subject
from tests.verbs.check.spec import APP, check_cases, command

FAILS = (
    subject(APP, **command("/ap")),
    subject(APP, **command("app")),
    subject(APP, **command("/app --serve")),
    subject(link("/app", "/gone"), **command("/app")),
    subject(static("/bin/app"), **command("app", env={"PATH": "/usr/bin"})),
    subject(static("/srv/app"), **command("app", workdir="/srv")),
    subject(static("/srv/app"), **command("app", env={"PATH": "."}, workdir="/srv")),
)
PASSES = (
    subject(link("/app", "bin/app"), static("/bin/app"), **command("/app")),
    subject(static("/bin/app"), **command("app")),
    subject(static("/srv/app"), **command("./app", workdir="/srv")),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
