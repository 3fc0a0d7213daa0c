"""BPK146: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.formats.elf import Clues
from bpkit.verbs.check.rules.no_tmp import RULE
from tests.verbs.check.made import directory, static, subject
from tests.verbs.check.spec import check_cases, command

FAILS = (
    subject(static("/app", clues=Clues(temporary_files=True)), **command("/app")),
    subject(
        directory("/tmp"), static("/app", clues=Clues(temporary_files=True)), **command("/app")
    ),
)
PASSES = (
    subject(
        directory("/tmp", 0o1777),
        static("/app", clues=Clues(temporary_files=True)),
        **command("/app"),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
