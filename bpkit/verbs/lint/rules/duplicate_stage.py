"""BPK221: two stages of one name."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK221",
    "warning",
    "two stages of one name",
    "The classic builder refuses a file with two stages of one name (names are compared without "
    "case). BuildKit reads it, and takes the last stage of that name in the file, for a FROM the "
    "last one above it: the others can't be reached by their name.",
    fix="Give each stage its own name.",
    failing="FROM debian:12 AS build\nRUN touch /app\nFROM debian:12 AS build\nRUN touch /b\n"
    "FROM debian:12-slim\nCOPY --from=build /b /b\nCOPY --from=0 /app /app\nUSER 65532\n",
    passing="FROM debian:12 AS build\nRUN touch /app\nFROM debian:12 AS other\nRUN touch /b\n"
    "FROM debian:12-slim\nCOPY --from=other /b /b\nCOPY --from=build /app /app\nUSER 65532\n",
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each FROM whose name an earlier stage has."""
    first: dict[str, int] = {}
    for stage in subject.stages:
        if stage.name is None:
            continue
        line = first.setdefault(stage.name, stage.from_.line)
        if line != stage.from_.line:
            yield Finding(
                RULE,
                f"the stage in line {line} is called '{stage.name}' too",
                stage.place(stage.from_),
                stage.name,
            )
