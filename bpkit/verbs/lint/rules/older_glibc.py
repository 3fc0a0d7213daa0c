"""BPK204: a program is built with a newer glibc than the image has that it runs on."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.flows import flows
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK204",
    "warning",
    "built on a newer release than it runs on",
    "glibc runs programs that were built with an older version of it, not with a newer one: then "
    "the loader says ``version `GLIBC_2.38' not found``, if the program uses a function that "
    "changed in between. Build on the release that ships, or an older one.",
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
