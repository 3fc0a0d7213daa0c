"""BPK211: the whole build context ships."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK211",
    "warning",
    "the whole build context ships",
    "`COPY . .` in the stage that ships includes everything beside the Dockerfile: tests, "
    "notes, `.env`, and whatever is added later. Copy what the program needs by name, or list "
    "it in a `.dockerignore` that starts with `*` (`bpkit ignore` writes one).",
    failing='FROM python:3.13-slim\nCOPY . /app\nUSER 65532\nCMD ["python", "/app/main.py"]\n',
    passing='FROM python:3.13-slim\nCOPY app /app\nUSER 65532\nCMD ["python", "/app/main.py"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The COPYs and ADDs of ``.`` whose layers ship."""
    if subject.context.is_chosen:
        return
    lines = {
        step.instruction.line
        for step in subject.shipped_steps()
        if step.instruction.keyword in {"COPY", "ADD"}
    }
    for source in subject.taken:
        if source.pattern == "." and source.known and source.place.line in lines:
            if source.exclude:
                continue
            yield Finding(
                RULE,
                f"{source.keyword} {source.text} ships "
                + (
                    "all of the build context that .dockerignore lets through"
                    if subject.context.is_ignoring
                    else "the whole build context"
                ),
                source.place,
                source.text,
            )
