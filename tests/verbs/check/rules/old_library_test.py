"""BPK114: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.image import Node
from bpkit.verbs.check.rules.old_library import RULE
from tests.verbs.check.made import GLIBC_LOADER, binary, elf, glibc, subject
from tests.verbs.check.spec import check_cases, command


def needing(version: str) -> Node:
    """A program that was linked with this version of glibc."""
    facts = elf("libc.so.6", interpreter=GLIBC_LOADER, wants={"libc.so.6": (version,)})
    return binary("/app", facts)


FAILS = (subject(*glibc(), needing("GLIBC_2.99"), **command("/app")),)
PASSES = (subject(*glibc(), needing("GLIBC_2.36"), **command("/app")),)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
