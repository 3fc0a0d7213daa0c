"""BPK203: may be built for a different libc than it runs on."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule, TextEdit
from bpkit.verbs.lint.flows import Flow
from bpkit.verbs.lint.rules.other_libc import between_families
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK203",
    "warning",
    "may be built for a different libc than it runs on",
    "Go links against libc as soon as one of its packages uses cgo (`net` and `os/user` do "
    "where a C compiler is installed), and a Makefile doesn't show in the Dockerfile how the "
    "program is linked. Such a program may start today and fail after the next import. "
    "`CGO_ENABLED=0` for Go, `-static` for C, or a base image of the same family settle it.",
    failing="FROM golang:1.22-bookworm AS build\nCOPY main.go .\nRUN go build -o /app main.go\n"
    'FROM alpine:3.22\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM golang:1.22-bookworm AS build\nCOPY main.go .\n"
    "RUN CGO_ENABLED=0 go build -o /app main.go\n"
    'FROM alpine:3.22\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The COPYs of programs that may need the libc of another family."""
    for flow in between_families(subject, "perhaps"):
        yield Finding(
            RULE,
            f"'{flow.source}' may be linked by {flow.built.tool} ({flow.built.place}) for "
            f"{flow.made_on.libc_text} of {flow.made_on.reference}, and "
            f"{flow.runs_on.reference} has {flow.runs_on.libc_text}",
            flow.place,
            flow.source,
            fix=("ENV CGO_ENABLED=0  # before go build",)
            if flow.built.is_go
            else ("# link it statically, or ship it on a base like the build's",),
            edits=_edits(flow),
        )


def _edits(flow: Flow) -> tuple[TextEdit, ...]:
    """An ENV above the RUN that builds it, unless something turns cgo on for a reason."""
    place = flow.built.place
    if not flow.built.is_go or place.line is None or flow.built.asks_for_cgo:
        return ()
    return (TextEdit(place.file, place.line, place.line - 1, "ENV CGO_ENABLED=0\n"),)
