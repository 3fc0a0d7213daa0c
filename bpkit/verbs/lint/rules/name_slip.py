"""BPK209: a typo in the name of a stage or a base image."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import Instruction, Stage, is_number, mounts_of
from bpkit.formats.text import nearest
from bpkit.verbs.lint.edits import renamed
from bpkit.verbs.lint.official_images import COMMON, OFFICIAL
from bpkit.verbs.lint.subject import LintSubject, Step, steps

RULE = Rule(
    "BPK209",
    "error",
    "a typo in the name of a stage or a base image",
    "A FROM or `--from` names something that is not a stage of the file, and is one letter "
    "away from a stage, from `scratch` or from an official image. The engine takes it for an "
    "image and tries to pull it; somebody may have published one under that name.",
    failing="FROM debian:12 AS builder\nRUN touch /app\n"
    'FROM sratch\nCOPY --from=bulider /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:12 AS builder\nRUN touch /app\n"
    'FROM scratch\nCOPY --from=builder /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each FROM and --from with a name that is almost another one."""
    for stage in subject.stages:
        if stage.parent is None and not stage.unresolved:
            near = _near(stage.base_image, subject, stage)
            if near:
                yield _finding("FROM", stage.base_image, near, stage, stage.from_)
        for step in steps(stage):
            for name in references(step):
                near = None if subject.origin(stage, name) else _near(name, subject, stage)
                if near:
                    yield _finding("--from=", name, near, stage, step.instruction)


def references(step: Step) -> Iterator[str]:
    """What the --from of a COPY and the from= of mounts name in this instruction."""
    if step.instruction.keyword in {"COPY", "ADD"} and (name := step.instruction.flag("from")):
        yield name
    yield from (mount.from_ for mount in mounts_of(step.instruction) if mount.from_)


def _near(image: str, subject: LintSubject, stage: Stage) -> str | None:
    name, colon, _ = image.partition(":")
    if "/" in image or "@" in image or is_number(image) or name.lower() in OFFICIAL:
        return None
    names = [one.name for one in subject.stages if one.name and one is not stage]
    if image.lower() in names:
        return None
    near = nearest(name, [*([] if colon else names), *COMMON])
    return None if near is None or _differ_in_number(name, near) else near


def _differ_in_number(one: str, other: str) -> bool:
    """``build1`` and ``build2`` are two names."""
    return one.rstrip("0123456789") == other.rstrip("0123456789")


def _finding(what: str, name: str, near: str, stage: Stage, instruction: Instruction) -> Finding:
    shown = f"{what} {name}" if what == "FROM" else f"{what}{name}"
    message = f"{shown}: no stage has that name; did you mean '{near}'?"
    bare = name.partition(":")[0]
    edits = renamed(stage.file, instruction, bare, near)
    return Finding(RULE, message, stage.place(instruction), name, edits=edits)
