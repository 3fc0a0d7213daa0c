"""BPK145: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.formats.elf import Clues
from bpkit.image import Node
from bpkit.verbs.check.rules.no_nss_modules import RULE
from tests.verbs.check.made import GLIBC_LOADER, binary, elf, glibc, library, program, subject
from tests.verbs.check.spec import check_cases, command

LOOKS_UP = program("/app", "libc.so.6", clues=Clues(resolver=True))


def old_glibc() -> tuple[Node, ...]:
    """glibc 2.31, whose resolver is in modules of its own."""
    offers = frozenset({"GLIBC_2.2.5", "GLIBC_2.31"})
    return (
        binary(GLIBC_LOADER, elf(soname="ld-linux-x86-64.so.2", offers=offers)),
        binary("/lib/libc.so.6", elf("ld-linux-x86-64.so.2", soname="libc.so.6", offers=offers)),
    )


FAILS = (subject(*old_glibc(), LOOKS_UP, **command("/app")),)
PASSES = (
    subject(*old_glibc(), library("/lib/libnss_dns.so.2"), LOOKS_UP, **command("/app")),
    subject(*old_glibc(), program("/app", "libc.so.6", clues=Clues()), **command("/app")),
    subject(*glibc(), LOOKS_UP, **command("/app")),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
