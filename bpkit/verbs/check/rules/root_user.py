"""BPK153: a program that runs as root."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import AccountError, identity_of
from bpkit.verbs.check.rules.unknown_user import NOBODY
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK153",
    severity="note",
    title="The program runs as root",
    why="Without USER the process is root in its container: a fault in the program can then write "
    "to all of it, and to what is mounted. Ports below 1024 no longer need root in a container.",
    failing='FROM alpine:latest\nCMD ["true"]\n',
    passing='FROM alpine:latest\nUSER 65532:65532\nCMD ["true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A user whose UID is 0."""
    try:
        who = identity_of(subject.rootfs, subject.image.config.user)
    except AccountError:
        return
    if who.uid == 0:
        yield Finding(
            RULE,
            "the program runs as root",
            subject.image.places.of("USER"),
            engine_says="Docker starts it; Kubernetes refuses it if runAsNonRoot is set.",
            fix=(f"USER {NOBODY}:{NOBODY}",),
        )
