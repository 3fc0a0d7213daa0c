"""BPK147: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.formats.elf import Clues
from bpkit.verbs.check.rules.may_open import RULE
from tests.verbs.check.made import library, static, subject
from tests.verbs.check.spec import check_cases, command

FAILS = (subject(static("/app", clues=Clues(opens=("libx.so.1",))), **command("/app")),)
PASSES = (
    subject(
        library("/usr/lib/libx.so.1"),
        static("/app", clues=Clues(opens=("libx.so.1",))),
        **command("/app"),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
