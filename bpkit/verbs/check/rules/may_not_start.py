"""BPK128: a script may start a program that is not in the image."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.scripts import ScriptStart
from bpkit.verbs.check.subject import CheckSubject

_START = "RUN printf '#!/bin/sh\\n{}\\necho hi\\n' > /start && chmod +x /start\n"
RULE = Rule(
    id="BPK128",
    severity="warning",
    title="A script starts a program that is not in the image, and goes on without it",
    why="A shell without `set -e` reports that a program is not found and goes on with the next "
    "line. What is started only in a branch (`if`, `case`) is reported if the script becomes "
    "that program (`exec`).",
    failing="FROM alpine:latest\n" + _START.format("ffmpeg -version") + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n"
    + _START.format("command -v ffmpeg && ffmpeg -version")
    + 'CMD ["/start"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Programs that scripts start on the way, or in a branch, and that don't exist."""
    told: set[tuple[str, str]] = set()
    for start in subject.starts:
        key = (start.script.path, start.name)
        if start.is_fatal or start.lookup.node or key in told:
            continue
        if start.is_certain or start.is_exec:
            told.add(key)
            yield _of_script(subject, start)


def _of_script(subject: CheckSubject, start: ScriptStart) -> Finding:
    path = start.script.path
    verb = "starts" if start.is_certain else "may become"
    problem = "can't be executed" if start.lookup.blocked else "is not in the image"
    return Finding(
        RULE,
        f"{path} {verb} {start.name} in line {start.line}, which {problem}",
        subject.image.places.of_path(path),
        start.lookup.path,
        "Docker starts the script; its shell says “not found”, and the script goes on or ends.",
        (f"# install {start.name}, copy it from the stage that has it, or remove the line",),
    )
