"""BPK143: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.formats.elf import Clues
from bpkit.verbs.check.rules.no_accounts import RULE
from tests.verbs.check.made import static, subject
from tests.verbs.check.spec import PASSWD, check_cases, command

FAILS = (subject(static("/app", clues=Clues(accounts=True)), **command("/app")),)
PASSES = (subject(PASSWD, static("/app", clues=Clues(accounts=True)), **command("/app")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
