"""BPK210: a --from that names its own stage, a later one or a number that no stage has."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import Stage, is_number
from bpkit.verbs.lint.official_images import OFFICIAL
from bpkit.verbs.lint.rules.name_slip import references
from bpkit.verbs.lint.subject import LintSubject, steps

RULE = Rule(
    "BPK210",
    "error",
    "a stage is used before it is defined",
    "A `--from` finds only the stages before its own. The name of a later one, or of its own, is "
    "taken for an image and pulled; a number that no earlier stage has is refused.",
    failing="FROM debian:12-slim\nCOPY --from=build /app /app\nUSER 65532\n"
    "FROM debian:12-slim AS build\nUSER 65532\nRUN touch /app\n",
    passing="FROM debian:12 AS build\nRUN touch /app\n"
    'FROM debian:12-slim\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The --froms of every stage that can't be what they were meant to be."""
    for stage in subject.stages:
        for step in steps(stage):
            for name in references(step):
                if subject.origin(stage, name) is None and (fault := _fault(subject, stage, name)):
                    place = stage.place(step.instruction)
                    yield Finding(RULE, f"--from={name}: {fault}", place, name)


def _fault(subject: LintSubject, stage: Stage, name: str) -> str:
    if is_number(name):
        count = f"there are {stage.number}" if stage.number else "there is none"
        return f"no stage before this one has that number ({count})"
    if name.lower() == stage.name:
        return "that is this stage itself"
    later = [one for one in subject.stages.stages[stage.number :] if one.name == name.lower()]
    if later and name.lower() not in OFFICIAL:
        return f"that stage comes later (line {later[0].from_.line})"
    return ""
