"""BPK205: a stage that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.context import used_stages
from bpkit.formats.dockerfile import Stage, find_stage
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK205",
    "note",
    "a stage that nothing uses",
    "Neither the last stage nor one that it is made of starts from this stage or copies from "
    "it. The classic builder builds it anyway, BuildKit skips it. Often it is left over from "
    "a COPY that lost its `--from`. A stage that is built with `--target` is in use: nothing "
    "is reported where a compose, bake or CI file, a Makefile or a script beside the "
    "Dockerfile names the stage, or where a `FROM` with a variable may choose it; otherwise "
    "add an ignore.",
    failing="FROM debian:12 AS build\nRUN touch /app\n"
    'FROM debian:12-slim\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:12 AS build\nRUN touch /app\n"
    'FROM debian:12-slim\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The FROMs of unused stages; of those that are made of each other only the last."""
    every = subject.stages
    asked = (find_stage(every, one) for one in subject.targets if one)
    built = [subject.last, every.last, *(stage for stage in asked if stage is not None)]
    used = {part.number for stage in built for part in used_stages(every, stage)}
    unused = [stage for stage in every if stage.number not in used]
    chosen = [_pattern(stage.base) for stage in every if "$" in stage.base]
    parts = {
        part.number for stage in unused for part in used_stages(every, stage) if part is not stage
    }
    for stage in unused:
        if stage.number not in parts and not _is_asked_for(subject, stage, chosen):
            name = f"stage '{stage.name}'" if stage.name else f"stage {stage.number}"
            target = f"; if it is for --target {stage.name}, ignore this" if stage.name else ""
            yield Finding(
                RULE,
                f"{name} is used by no stage that ships{target}",
                stage.place(stage.from_),
                stage.label,
            )


def _is_asked_for(subject: LintSubject, stage: Stage, chosen: list[re.Pattern[str]]) -> bool:
    """Whether a build asks for the stage, or a FROM may once its variable has another value."""
    if stage.name is None:
        return False
    if any(one.fullmatch(stage.name) for one in chosen):
        return True
    return subject.context.mentions(stage.name)


def _pattern(base: str) -> re.Pattern[str]:
    """A pattern for the stages that ``FROM build-${KIND}`` may mean."""
    parts = re.split(r"\$\w+|\$\{[^}]*\}", base)
    return re.compile(".*".join(map(re.escape, parts)), re.IGNORECASE)
