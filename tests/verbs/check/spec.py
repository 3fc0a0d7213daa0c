"""What one rule's spec is: images in a few values, that break the rule or look much like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bpkit.findings import Finding, Rule
from bpkit.image import Subject
from bpkit.verbs.check.table import check_image
from tests.verbs.check.made import link, program, static, text

APP = static("/app")
SH = static("/bin/sh")
QUIET = {"user": "65532"}
PASSWD = text("/etc/passwd", b"root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:\n", 0o644)
GROUP = text("/etc/group", b"root:x:0:\nstaff:x:50:app\n", 0o644)
GLIBC_APP = program("/app", "libc.so.6")
PYTHON = static("/usr/bin/python3.11")
PYTHON3 = link("/usr/bin/python3", "python3.11")
JAVA = static("/usr/bin/java")
NODE = static("/usr/bin/node")
ENV = static("/usr/bin/env")
SOURCE = text("/srv/app.py", b"", 0o644)
TOOL = text("/app", b"#! /bin/sh\n")
BUSYBOX = (static("/bin/busybox"), link("/bin/sh", "busybox"))

Test = Callable[[Subject], None]


def command(*argv: str, **more: object) -> dict[str, object]:
    return {"entrypoint": argv, **QUIET, **more}


def ids(checked: Subject) -> list[str]:
    """The ids of all that is found, but for the note on root."""
    return [f.rule.id for f in check_image(checked) if f.rule.id != "BPK153"]


def found(checked: Subject, rule: Rule) -> list[Finding]:
    """What one rule finds."""
    return [f for f in check_image(checked) if f.rule.id == rule.id]


def check_cases(
    rule: Rule, fails: tuple[Subject, ...], passes: tuple[Subject, ...]
) -> tuple[Test, Test]:
    """The two tests of a spec.

    Each image of ``fails`` breaks the rule once and no other; nothing is found in one of
    ``passes``.
    """

    @pytest.mark.parametrize("checked", fails)
    def breaks(checked: Subject) -> None:
        (finding,) = found(checked, rule)
        assert ids(checked) in ([rule.id], [])
        assert finding.engine_says.endswith(".")
        assert finding.fix
        assert all("\n" not in line for line in finding.fix)

    @pytest.mark.parametrize("checked", passes)
    def keeps(checked: Subject) -> None:
        assert ids(checked) == []

    return breaks, keeps
