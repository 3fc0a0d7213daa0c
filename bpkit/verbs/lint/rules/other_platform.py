"""BPK217: built for the builder's platform, not the target's."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.light import regex
from bpkit.verbs.lint.flows import Flow, flows
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK217",
    "warning",
    "built for the builder's platform, not the target's",
    "A stage with `--platform=$BUILDPLATFORM` runs on the machine that builds, and a compiler "
    "in it makes programs for that machine unless it is told the target: `GOARCH=$TARGETARCH` "
    "for Go, `--target` for others. Otherwise `docker build --platform linux/arm64` ships an "
    "amd64 program, which ends with `exec format error` on arm64.",
    failing="FROM --platform=$BUILDPLATFORM golang:1.22-bookworm AS build\nCOPY main.go .\n"
    "RUN CGO_ENABLED=0 go build -o /app main.go\n"
    'FROM scratch\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM --platform=$BUILDPLATFORM golang:1.22-bookworm AS build\nCOPY main.go .\n"
    "ARG TARGETOS TARGETARCH\n"
    "RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app main.go\n"
    'FROM scratch\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)

_TOLD = regex(r"TARGET(?:PLATFORM|OS|ARCH)|\bGO(?:OS|ARCH)\b|--target\b|--host[= ]|\bxx-")


def check(subject: LintSubject) -> Iterator[Finding]:
    """A base, and the COPYs of programs, for the wrong machine in a build for another."""
    yield from _base(subject)
    for flow in flows(subject):
        if _is_of_builder(flow) and not _is_told(flow):
            yield Finding(
                RULE,
                f"'{flow.source}' is built by {flow.built.tool} ({flow.built.place}) for the "
                "builder's platform, whatever --platform says",
                flow.place,
                flow.source,
            )


def _base(subject: LintSubject) -> Iterator[Finding]:
    """The FROM of the stage that ships, if everything in it is for the builder's machine."""
    if (
        subject.profile == "ships"
        and subject.shipped
        and "BUILDPLATFORM" in (subject.shipped[0].platform or "")
    ):
        first = subject.shipped[0]
        yield Finding(
            RULE,
            f"the image that ships is {first.base} for the builder's platform, whatever "
            "--platform says",
            first.place(first.from_),
            "--platform=$BUILDPLATFORM",
        )


def _is_of_builder(flow: Flow) -> bool:
    return any("BUILDPLATFORM" in (stage.platform or "") for stage in flow.maker.lineage)


def _is_told(flow: Flow) -> bool:
    return any(
        _TOLD.search(instruction.text)
        for stage in flow.maker.lineage
        for instruction in stage.instructions
    )
