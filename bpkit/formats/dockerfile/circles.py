"""Stages that are made of each other, which BuildKit refuses.

It looks for the stage of a ``--from`` in the whole file, below too, and of several with one name
takes the last (``toCommand`` and ``validateCircularDependency`` in dockerfile2llb). A mount finds
stages by their names only.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.formats.dockerfile.copies import mounts_of
from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.model import Instruction
from bpkit.formats.dockerfile.stage import Stage, find_stage, is_number


def circles(every: tuple[Stage, ...]) -> Iterator[tuple[Stage, Instruction, str]]:
    """Each instruction that takes files of what is made of its own stage, and what is wrong."""
    made_of = {stage.number: tuple(_sources(stage, every)) for stage in every}
    for stage in every:
        for instruction, reference, source in made_of[stage.number]:
            if source is stage:
                yield stage, instruction, f"'{reference}' is the stage itself"
            elif stage.number in _reached(source.number, made_of):
                yield stage, instruction, f"stage '{reference}' takes files from this one in turn"


_Sources = tuple[tuple[Instruction, str, Stage], ...]


def _reached(start: int, made_of: dict[int, _Sources]) -> set[int]:
    """The stages that one is made of by ``--from``, itself included."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += (source.number for _, _, source in made_of[number])
    return found


def _sources(stage: Stage, every: tuple[Stage, ...]) -> Iterator[tuple[Instruction, str, Stage]]:
    for instruction in stage.instructions:
        for reference in _references(instruction):
            source = find_stage(every, reference)
            if source is not None:
                yield instruction, reference, source


def _references(instruction: Instruction) -> Iterator[str]:
    origin = instruction.flag("from")
    if instruction.keyword == "COPY" and origin:
        yield origin
    try:
        mounts = mounts_of(instruction) if instruction.keyword == "RUN" else ()
    except DockerfileError:
        # It is refused for that.
        return
    yield from (one.from_ for one in mounts if one.from_ and not is_number(one.from_))
