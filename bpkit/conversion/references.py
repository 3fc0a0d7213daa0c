"""Rewrite an instruction's references to stages for the merged file."""

from __future__ import annotations

import csv
import io

from bpkit.conversion.parts import Part
from bpkit.conversion.rewriting import with_flag_at
from bpkit.conversion.stage_names import StageNames
from bpkit.formats.dockerfile import (
    Instruction,
    Stage,
    find_stage,
    mounts_of,
    with_arg,
    with_args,
    with_flag,
)


def with_references(
    instruction: Instruction, part: Part, stage: Stage, names: StageNames
) -> Instruction:
    """The instruction of ``stage`` with references to stages and images of the recipe rewritten.

    Raises DockerfileError if the text can't be changed.
    """
    if instruction.keyword == "FROM":
        return _from(instruction, part, stage, names)
    if instruction.keyword in {"COPY", "ADD"} and (named := instruction.flag("from")):
        new = _renamed(named, part, stage, names)
        return instruction if new == named else with_flag(instruction, "from", new)
    if instruction.keyword == "RUN":
        return _run(instruction, part, stage, names)
    return instruction


def _from(instruction: Instruction, part: Part, stage: Stage, names: StageNames) -> Instruction:
    base = _base(part, stage, names)
    if base is not None and base != instruction.args[0]:
        instruction = with_arg(instruction, 0, base)
    name = names.names.get((part.number, stage.number))
    if name is None or name == stage.name:
        return instruction
    if stage.name is not None:
        return with_arg(instruction, 2, name)
    return with_args(instruction, [instruction.args[0], "AS", name])


def _base(part: Part, stage: Stage, names: StageNames) -> str | None:
    """The stage that this one starts from, None if it starts from an external image."""
    if stage.parent is not None:
        name = names.names.get((part.number, stage.parent.number))
        return None if name == stage.parent.name else name
    image = names.parts.image_called(stage.base_image, part.images[0])
    return None if image is None else names.of_image(image)


def _renamed(reference: str, part: Part, stage: Stage, names: StageNames) -> str:
    found = find_stage(part.every, reference, before=stage.number)
    if found is not None:
        new = names.reference(part, found)
        return reference if new == reference.lower() else new
    image = names.parts.image_called(reference, part.images[0])
    return reference if image is None else names.of_image(image)


def _run(instruction: Instruction, part: Part, stage: Stage, names: StageNames) -> Instruction:
    places = [i for i, flag in enumerate(instruction.flags) if flag.name == "mount"]
    for index, mount in zip(places, mounts_of(instruction), strict=True):
        if not mount.from_:
            continue
        new = _renamed(mount.from_, part, stage, names)
        if new != mount.from_:
            value = with_field(instruction.flags[index].value or "", "from", new)
            instruction = with_flag_at(instruction, index, value)
    return instruction


_FIELDS = {"from": {"from"}, "source": {"source", "src"}}


def with_field(mount: str, name: str, value: str | None) -> str:
    """The value of a ``--mount`` with one field replaced, appended, or (if None) removed."""
    fields = next(csv.reader([mount]), [])
    spelled = _FIELDS[name]
    kept = []
    replaced = False
    for one in fields:
        key = one.partition("=")[0].strip().lower()
        if key not in spelled:
            kept.append(one)
        elif value is not None and not replaced:
            kept.append(f"{key}={value}")
            replaced = True
    if value is not None and not replaced:
        kept.append(f"{name}={value}")
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(kept)
    return written.getvalue()
