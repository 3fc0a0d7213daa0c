"""BPK116: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from dataclasses import replace

from bpkit.image import Node, Subject
from bpkit.verbs.check.rules.unstartable_artifact import RULE
from tests.verbs.check.made import binary, elf, glibc, program, subject
from tests.verbs.check.spec import APP, check_cases, command


def copied(tool: Node, *others: Node, path: str = "/opt/tool") -> Subject:
    """An image that starts ``/app``, with ``tool`` copied into it by the Dockerfile."""
    return replace(subject(APP, tool, *others, **command("/app")), artifacts=(path,))


FAILS = (
    copied(program("/opt/tool", "libc.so.6")),
    copied(program("/opt/tool", "libz.so.1", "libc.so.6"), *glibc()),
    copied(binary("/opt/tool", elf(machine=183))),
    copied(program("/opt/tool", "libc.so.6"), path="/opt"),
)
PASSES = (
    copied(program("/opt/tool", "libc.so.6"), *glibc()),
    # A library is loaded by a program, which brings its own.
    copied(binary("/opt/plugin.so", elf("libz.so.1", soname="plugin.so"), 0o644), path="/opt"),
    replace(
        subject(APP, program("/opt/tool", "libc.so.6"), **command("/app")), artifacts=("/app",)
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
