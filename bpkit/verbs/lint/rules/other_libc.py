"""BPK202: built for a different libc than it runs on."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.flows import Flow, flows
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK202",
    "error",
    "built for a different libc than it runs on",
    "A dynamically linked program needs the loader and the libc of the image in which it was "
    "built. An image with another libc (glibc: Debian, Ubuntu, Fedora; musl: Alpine), or "
    "without one, doesn't have them, and the engine says `no such file or directory` of a "
    "program that is there. Build on the family of the runtime base image, or link statically.",
    failing="FROM gcc:13-bookworm AS build\nCOPY hello.c .\nRUN gcc -O2 -o /hello hello.c\n"
    "FROM alpine:3.22\nCOPY --from=build /hello /hello\nUSER 65532\n"
    'ENTRYPOINT ["/hello"]\n',
    passing="FROM gcc:13-bookworm AS build\nCOPY hello.c .\n"
    "RUN gcc -static -O2 -o /hello hello.c\n"
    "FROM alpine:3.22\nCOPY --from=build /hello /hello\nUSER 65532\n"
    'ENTRYPOINT ["/hello"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The COPYs of programs that surely need the libc of another family."""
    for flow in between_families(subject, "surely"):
        yield Finding(
            RULE,
            f"'{flow.source}' is linked by {flow.built.tool} ({flow.built.place}) for "
            f"{flow.made_on.libc_text} of {flow.made_on.reference}, but "
            f"{flow.runs_on.reference} has {flow.runs_on.libc_text}",
            flow.place,
            flow.source,
            engine_says="docker run will say 'no such file or directory' of the program: it "
            "means the loader.",
            fix=("# link it statically (-static), or ship it on a base like the build's",),
        )


def between_families(subject: LintSubject, linked: str) -> Iterator[Flow]:
    """The flows of programs linked this way whose libc families are known and differ."""
    for flow in flows(subject):
        made, runs = flow.made_on.libc, flow.runs_on.libc
        if flow.built.linked == linked and None not in {made, runs} and made != runs:
            yield flow
