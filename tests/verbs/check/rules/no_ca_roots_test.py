"""BPK141: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.formats.elf import Clues
from bpkit.verbs.check.rules.no_ca_roots import RULE
from tests.verbs.check.made import glibc, library, program, static, subject, text
from tests.verbs.check.spec import check_cases, command

FAILS = (
    subject(static("/app", clues=Clues(tls_roots=True)), **command("/app")),
    subject(
        *glibc(),
        library("/usr/lib/libssl.so.3", "libc.so.6"),
        program("/app", "libssl.so.3"),
        **command("/app"),
    ),
)
PASSES = (
    subject(
        static("/app", clues=Clues(tls_roots=True)),
        text("/etc/ssl/certs/ca-certificates.crt", b"-----", 0o644),
        **command("/app"),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
