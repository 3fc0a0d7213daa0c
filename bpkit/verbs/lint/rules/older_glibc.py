"""BPK204: built with a newer glibc than it runs on."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.flows import flows
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK204",
    "warning",
    "built with a newer glibc than it runs on",
    "A program that was built with an older glibc runs with a newer one, but not the other "
    "way round: if it uses a function that changed in between, the loader says ``version "
    "`GLIBC_2.38' not found``. Build on the release that ships, or on an older one.",
    failing="FROM debian:13 AS build\nRUN apt-get update && apt-get install -y gcc\n"
    "COPY hello.c .\nRUN gcc -o /hello hello.c\n"
    'FROM debian:11-slim\nCOPY --from=build /hello /hello\nUSER 65532\nENTRYPOINT ["/hello"]\n',
    passing="FROM debian:11 AS build\nRUN apt-get update && apt-get install -y gcc\n"
    "COPY hello.c .\nRUN gcc -o /hello hello.c\n"
    'FROM debian:13-slim\nCOPY --from=build /hello /hello\nUSER 65532\nENTRYPOINT ["/hello"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The COPYs of programs out of a newer glibc into an older one."""
    for flow in flows(subject):
        made, runs = flow.made_on.glibc, flow.runs_on.glibc
        if flow.built.linked == "never" or made is None or runs is None or made <= runs:
            continue
        yield Finding(
            RULE,
            f"'{flow.source}' is built by {flow.built.tool} ({flow.built.place}) with "
            f"{flow.made_on.libc_text} of {flow.made_on.reference}, newer than "
            f"{flow.runs_on.libc_text} of {flow.runs_on.reference}",
            flow.place,
            flow.source,
        )
