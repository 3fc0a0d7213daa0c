"""BPK127: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.windows_script import RULE
from tests.verbs.check.made import subject, text
from tests.verbs.check.spec import PYTHON, SH, check_cases, command

FAILS = (
    subject(SH, text("/run.sh", b"set -e\r\necho hi\r\n", 0o644), **command("sh", "/run.sh")),
    subject(
        SH,
        text("/app", b"#!/bin/sh\n. /lib.sh\nsh /run.sh\n"),
        text("/run.sh", b"echo hi\r\n", 0o644),
        **command("/app"),
    ),
    subject(SH, text("/app", b"#!/bin/sh\necho hi\r\n"), **command("/app")),
    subject(
        SH,
        text("/app", b"#!/bin/sh\nif [ $1 ]; then /run.sh; fi\n"),
        text("/run.sh", b"#!/bin/sh\r\necho\r\n"),
        **command("/app"),
    ),
    subject(SH, text("/run.sh", b"\xef\xbb\xbfecho hi\n", 0o644), **command("sh", "/run.sh")),
)
PASSES = (
    subject(SH, text("/run.sh", b"set -e\necho hi\n", 0o644), **command("sh", "/run.sh")),
    subject(PYTHON, text("/run.py", b"print(1)\r\n", 0o644), **command("python3.11", "/run.py")),
    subject(
        SH,
        text("/app", b"#!/bin/sh\necho hi\n"),
        text("/notes.txt", b"one\r\n", 0o644),
        **command("/app"),
    ),
    subject(SH, text("/app", b"#!/bin/sh\nprintf 'a\\r\\n'\n"), **command("/app")),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
