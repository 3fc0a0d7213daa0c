"""BPK144: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.formats.elf import Clues
from bpkit.verbs.check.rules.no_nsswitch import RULE
from tests.verbs.check.made import static, subject, text
from tests.verbs.check.spec import check_cases, command

FAILS = (subject(static("/app", clues=Clues(resolver=True, go=True)), **command("/app")),)
PASSES = (
    subject(
        text("/etc/nsswitch.conf", b"hosts: files dns\n", 0o644),
        static("/app", clues=Clues(resolver=True, go=True)),
        **command("/app"),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
