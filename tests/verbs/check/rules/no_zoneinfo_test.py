"""BPK142: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.formats.elf import Clues
from bpkit.verbs.check.rules.no_zoneinfo import RULE
from tests.verbs.check.made import static, subject
from tests.verbs.check.spec import APP, check_cases, command

FAILS = (
    subject(static("/app", clues=Clues(zoneinfo=True, go=True)), **command("/app")),
    subject(APP, **command("/app", env={"TZ": "Europe/Berlin"})),
)
PASSES = (subject(APP, **command("/app", env={"TZ": "UTC"})),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
