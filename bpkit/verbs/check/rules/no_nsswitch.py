"""BPK144: Go's resolver without /etc/nsswitch.conf."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.subject import CheckSubject
from bpkit.verbs.check.wanted import clues_of, last_program

_RESOLVES = (
    "FROM golang:latest AS build\n"
    'RUN printf \'package main\\nimport "net"\\nfunc main() { net.LookupHost("localhost") }\\n\''
    " > main.go && CGO_ENABLED=0 go build -o /app main.go\n"
    "FROM scratch\nCOPY --from=build /app /app\n"
)
RULE = Rule(
    id="BPK144",
    severity="note",
    title="Host names: without /etc/nsswitch.conf Go asks DNS before /etc/hosts",
    why="Entries of /etc/hosts (`docker run --add-host`, compose links) are then looked at only "
    "when DNS does not answer. Evidence: the program has Go's own resolver.",
    failing=_RESOLVES + 'ENTRYPOINT ["/app"]\n',
    passing=_RESOLVES + 'COPY --from=build /etc/nsswitch.conf /etc/\nENTRYPOINT ["/app"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The last program that is started."""
    node = last_program(subject)
    if node is None or not (clues_of(node).resolver and clues_of(node).go):
        return
    if subject.closure(node).kind != "static" or subject.rootfs.file("/etc/nsswitch.conf"):
        return
    stage = subject.image.places.stage_of(node.path)
    copy = f"COPY --from={stage or 'STAGE'} /etc/nsswitch.conf /etc/nsswitch.conf"
    yield Finding(
        RULE,
        f"{node.path} will ask DNS before /etc/hosts: there is no /etc/nsswitch.conf",
        subject.image.places.of_path(node.path),
        "/etc/nsswitch.conf",
        "Docker says nothing; names from --add-host may resolve to other addresses.",
        (copy if stage else f"# {copy}",),
    )
