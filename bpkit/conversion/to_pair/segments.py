"""Split a stage that one build context can't serve: it copies artifacts and the whole context.

``COPY . .`` copies everything in the context, so an artifact must not be there at that point. Such
a stage becomes two or more images, each of which starts from the one before. Instructions that an
image doesn't pass on (ARG) are repeated; those that must not be inherited go into the last image.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpkit.conversion.remarks import Remarks
from bpkit.conversion.supplies import FromHost, Supply, takes
from bpkit.core import Artifact
from bpkit.formats.context import Tree
from bpkit.formats.dockerfile import Instruction, Stage

# CMD is reset by an ENTRYPOINT in a later file, ONBUILD would run at the next FROM.
_LAST = frozenset({"CMD", "ENTRYPOINT", "ONBUILD", "HEALTHCHECK"})


@dataclass(frozen=True)
class Line:
    """An instruction of a stage: as it was, as it is without stages, and its artifacts.

    ``patterns`` are the paths of the host files that it copies.
    """

    old: Instruction
    new: Instruction
    artifacts: tuple[Artifact, ...] = ()
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Segment:
    """Lines that one image can be built from; ``repeated`` are ARGs of earlier segments."""

    lines: tuple[Line, ...]
    repeated: tuple[Instruction, ...] = ()


def segments(stage: Stage, lines: list[Line], remarks: Remarks) -> list[Segment]:
    """The lines in as few segments as possible; a line that no segment can hold is a problem."""
    groups: list[list[Line]] = [[]]
    artifacts: list[Artifact] = []
    patterns: list[str] = []
    for line in lines:
        if _clash(line.artifacts, line.patterns):
            remarks.problem(
                "this copies artifacts and the whole build context at once",
                stage.place(line.old),
                "split it into two instructions",
            )
        # The lines of a group don't clash with each other, so only the new line is compared.
        if _clash([*artifacts, *line.artifacts], line.patterns) or _clash(line.artifacts, patterns):
            groups.append([])
            artifacts, patterns = [], []
        groups[-1].append(line)
        artifacts += line.artifacts
        patterns += line.patterns
    if len(groups) == 1:
        return [Segment(tuple(groups[0]))]
    put_off = [line for group in groups for line in group if line.old.keyword in _LAST]
    kept = [[line for line in group if line.old.keyword not in _LAST] for group in groups]
    kept[-1] += put_off
    return [Segment(tuple(group), tuple(_repeated(kept[:n]))) for n, group in enumerate(kept)]


def _clash(artifacts: Sequence[Artifact], patterns: Sequence[str]) -> bool:
    """Whether one of the patterns also matches an artifact."""
    if not patterns:
        return False
    supplies = tuple(Supply(a.destination, a.source, a.maker) for a in artifacts)
    return any(
        not isinstance(taken, FromHost)
        for pattern in patterns
        for taken in takes(pattern, supplies, Tree())
    )


def _repeated(earlier: list[list[Line]]) -> Iterator[Instruction]:
    """The ARGs that still apply; one with a later ENV of the same name isn't needed."""
    found: dict[str, Instruction] = {}
    for line in (line for group in earlier for line in group):
        if line.new.keyword == "ARG":
            for name, _ in line.new.pairs:
                found[name] = line.new
        elif line.new.keyword == "ENV":
            for name, _ in line.new.pairs:
                found.pop(name, None)
    yield from dict.fromkeys(found.values())
