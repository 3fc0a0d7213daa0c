"""Stages in a ``--from`` that BuildKit refuses: wrong order, and circles.

It looks a name up in the whole file and takes the last stage that has it, then refuses one that
isn't above (``toCommand``, ``dispatchCopy`` and ``validateCircularDependency`` in dockerfile2llb).
A mount finds stages by their names only.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.formats.dockerfile.copies import mounts_of
from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.model import Instruction
from bpkit.formats.dockerfile.stage import Stage, find_stage, is_number
from bpkit.light import dataclass


@dataclass(frozen=True)
class StageUse:
    """An instruction of ``stage`` that takes files from another, named by ``reference``."""

    stage: Stage
    instruction: Instruction
    reference: str
    source: Stage


def stage_uses(every: tuple[Stage, ...]) -> tuple[StageUse, ...]:
    """The uses of the file's stages in the COPYs and mounts of these stages."""
    return tuple(
        StageUse(stage, instruction, reference, source)
        for stage in every
        for instruction in stage.instructions
        for reference in _references(instruction)
        if (source := find_stage(every, reference)) is not None
    )


def circles(every: tuple[Stage, ...]) -> Iterator[tuple[StageUse, str]]:
    """Each use of a stage that is itself made from the using stage, with the problem."""
    uses = stage_uses(every)
    made_of: dict[int, list[int]] = {}
    for use in uses:
        made_of.setdefault(use.stage.number, []).append(use.source.number)
    for use in uses:
        if use.source is use.stage:
            yield use, f"'{use.reference}' is the stage itself"
        elif use.stage.number in _reached(use.source.number, made_of):
            yield use, f"stage '{use.reference}' takes files from this one in turn"


def out_of_order(every: tuple[Stage, ...]) -> Iterator[StageUse]:
    """Each use of a stage that is defined further down."""
    return (use for use in stage_uses(every) if use.source.number > use.stage.number)


def _reached(start: int, made_of: dict[int, list[int]]) -> set[int]:
    """The stages that a stage is made from by ``--from``, including itself."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += made_of.get(number, ())
    return found


def _references(instruction: Instruction) -> Iterator[str]:
    origin = instruction.flag("from")
    if instruction.keyword == "COPY" and origin:
        yield origin
    try:
        mounts = mounts_of(instruction) if instruction.keyword == "RUN" else ()
    except DockerfileError:
        # It is refused for that elsewhere.
        return
    yield from (one.from_ for one in mounts if one.from_ and not is_number(one.from_))
