"""BPK210: a stage is used before it is defined."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import is_number, mounts_of
from bpkit.verbs.lint.subject import LintSubject, steps

RULE = Rule(
    "BPK210",
    "error",
    "a stage is used before it is defined",
    "A `--from` finds only the stages above its own. BuildKit refuses a stage that is further down "
    "(`it needs to be defined before current stage`), also where another one of the same name is "
    "above; the classic builder and Podman take its name for an image and pull it. A mount finds a "
    "stage by its name only: a number is taken for an image.",
    fix="Move the stage above the one that copies from it; in a mount, give the stage a name.",
    failing="FROM debian:12-slim\nCOPY --from=build /app /app\nUSER 65532\n"
    "FROM debian:12-slim AS build\nUSER 65532\nRUN touch /app\n",
    passing="FROM debian:12 AS build\nRUN touch /app\n"
    'FROM debian:12-slim\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The --froms that name a stage further down, and the mounts that name a number."""
    for one in subject.refusals:
        if one.kind == "order":
            yield Finding(RULE, f"{one.message}; {one.hint}", one.place)
    for stage in subject.stages:
        for step in steps(stage):
            for mount in mounts_of(step.instruction):
                if mount.from_ and is_number(mount.from_):
                    yield Finding(
                        RULE,
                        f"from={mount.from_}: a mount finds a stage by its name only, and takes "
                        "the number for an image",
                        stage.place(step.instruction),
                        mount.from_,
                    )
