"""BPK111: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.other_machine import RULE
from tests.verbs.check.made import binary, elf, subject
from tests.verbs.check.spec import check_cases, command

FAILS = (subject(binary("/app", elf(machine=183)), **command("/app")),)
PASSES = (
    subject(binary("/app", elf(machine=3, bits=32)), **command("/app")),
    subject(binary("/app", elf(machine=183)), **command("/app", architecture="arm64")),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
