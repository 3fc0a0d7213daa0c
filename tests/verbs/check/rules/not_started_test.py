"""BPK107: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.verbs.check.rules.not_started import RULE
from tests.verbs.check.made import link, static, subject
from tests.verbs.check.spec import APP, QUIET, SH, check_cases, command

FAILS = (
    subject(SH, **command("/bin/sh", "-c", "exec curl -f x")),
    subject(SH, **command("/bin/sh", "-c", "['/app', '--serve']")),
    subject(static("/sbin/tini"), **command("/sbin/tini", "-g", "--", "/app")),
)
PASSES = (
    subject(static("/sbin/tini"), APP, **command("/sbin/tini", "-g", "--", "/app")),
    subject(SH, **command("/bin/sh", "-c", "curl -f x || true")),
    subject(SH, **command("/bin/sh", "-c", "$PROGRAM -f x")),
    subject(static("/bin/busybox"), link("/bin/sh", "busybox"), cmd=("sh", "-c", "ls"), **QUIET),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
