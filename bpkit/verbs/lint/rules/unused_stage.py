"""BPK205: a stage that the shipped one is not made of."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.context import used_stages
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK205",
    "note",
    "a stage that nobody uses",
    "Neither the last stage nor one that it is made of starts from this stage or copies from it. "
    "The classic builder builds it all the same, BuildKit leaves it out. Often it is the trace of "
    "a COPY that lost its `--from`. A stage that is there for `--target` is no fault: say so with "
    "an ignore.",
    failing="FROM debian:12 AS build\nRUN touch /app\n"
    'FROM debian:12-slim\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:12 AS build\nRUN touch /app\n"
    'FROM debian:12-slim\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The FROMs of unused stages; of those that are made of each other only the last."""
    unused = [stage for stage in subject.stages if stage not in subject.used]
    parts = {
        part.number
        for stage in unused
        for part in used_stages(subject.stages, stage)
        if part is not stage
    }
    for stage in unused:
        if stage.number not in parts:
            name = f"stage '{stage.name}'" if stage.name else f"stage {stage.number}"
            target = f"; if it is for --target {stage.name}, ignore this" if stage.name else ""
            yield Finding(
                RULE,
                f"{name} is used by no stage that ships{target}",
                stage.place(stage.from_),
                stage.label,
            )
