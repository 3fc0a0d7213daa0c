"""BPK210: a stage is used before it is defined."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import find_stage, is_number
from bpkit.verbs.lint.rules.name_slip import references
from bpkit.verbs.lint.subject import LintSubject, steps

RULE = Rule(
    "BPK210",
    "warning",
    "a stage is used before it is defined",
    "BuildKit finds a stage for `--from` wherever it stands in the file, and builds it first. The "
    "classic builder and Podman look only at the stages above: they take the name for an image "
    "and pull it, and refuse a number. Most often the stages are in the wrong order, and then the "
    "last one, which ships, isn't the one that was meant to.",
    fix="Move the stage above the one that copies from it.",
    failing="FROM debian:12-slim\nCOPY --from=build /app /app\nUSER 65532\n"
    "FROM debian:12-slim AS build\nUSER 65532\nRUN touch /app\n",
    passing="FROM debian:12 AS build\nRUN touch /app\n"
    'FROM debian:12-slim\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The --froms of every stage that no stage above it has."""
    every = subject.stages
    for stage in every:
        for step in steps(stage):
            for name in references(step):
                found = subject.origin(stage, name)
                if found is None or found.number <= stage.number:
                    continue
                if find_stage(every, name, before=stage.number) is None:
                    others = "refuse it" if is_number(name) else "pull an image of that name"
                    yield Finding(
                        RULE,
                        f"--from={name} is the stage in line {found.from_.line}, further down; the "
                        f"classic builder and Podman {others}",
                        stage.place(step.instruction),
                        name,
                    )
