"""BPK106: WORKDIR is a file."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK106",
    severity="error",
    title="WORKDIR is a file",
    why="The engine creates a WORKDIR that doesn't exist, but it can't enter a file. This happens "
    "if a later step replaces the directory with a file.",
    says="[Nn]ot a directory",
    failing="FROM alpine:latest\nWORKDIR /app\n"
    'RUN cd / && rmdir /app && cp /bin/busybox /app\nCMD ["/bin/true"]\n',
    passing="FROM alpine:latest AS build\nFROM scratch\nWORKDIR /app\n"
    'COPY --from=build /bin/busybox ./true\nCMD ["/app/true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A WORKDIR that is a file."""
    workdir = subject.image.config.workdir
    node = subject.rootfs.resolve(workdir)
    if node is None or node.kind != "file":
        return
    yield Finding(
        RULE,
        f"WORKDIR is {workdir}, which is a file in the image",
        subject.image.places.of("WORKDIR"),
        workdir,
        "Docker's message mentions mkdir: it tries to create the directory at each start.",
        (
            f"# name a directory; the file itself can stay at {workdir}:",
            f"WORKDIR {workdir.rpartition('/')[0] or '/'}",
        ),
    )
