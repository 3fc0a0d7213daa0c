"""BPK229: a download over plain http."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import run_commands
from bpkit.verbs.lint.downloads import checks_downloads, is_near, urls_of
from bpkit.verbs.lint.subject import LintSubject, steps

RULE = Rule(
    "BPK229",
    "warning",
    "a download over plain http",
    "Anyone between the builder and the server can change what is downloaded, and nothing in "
    "the RUN checks what arrives. Package managers with signed lists (apt, dnf) are not "
    "reported, nor are hosts of a private network.",
    fix="Write `https://`, or compare a checksum that is in the Dockerfile: "
    '`echo "$SHA256  file" | sha256sum -c`.',
    failing="FROM debian:13-slim AS get\nRUN curl -fo /app http://example.com/app\n"
    'FROM scratch\nCOPY --from=get /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:13-slim AS get\nRUN curl -fo /app https://example.com/app\n"
    'FROM scratch\nCOPY --from=get /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The first such download of each RUN and ADD in the stages that are used."""
    for stage in subject.used:
        for step in steps(stage):
            instruction = step.instruction
            if instruction.keyword == "ADD" and not instruction.flag("checksum"):
                found = [arg for arg in instruction.args[:-1] if arg.startswith("http://")]
                found = [
                    arg for arg in found if not is_near(arg[7:].partition("/")[0].partition(":")[0])
                ]
            elif instruction.keyword == "RUN" and not checks_downloads(instruction):
                urls = [url for c in run_commands(instruction) for url in urls_of(c)]
                found = [
                    word for scheme, host, word in urls if scheme == "http" and not is_near(host)
                ]
            else:
                continue
            if found:
                yield Finding(
                    RULE,
                    f"{found[0]} is downloaded over plain http, and nothing checks what arrives",
                    stage.place(instruction),
                    found[0],
                )
