"""The pieces of source that a file is assembled from, and the text between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpkit.conversion.parts import Part
from bpkit.conversion.rewriting import ended
from bpkit.formats.dockerfile import Filler, Instruction, parse


def whole(instruction: Instruction, part: Part) -> Instruction:
    """The instruction with a line end, which a file's last instruction may lack."""
    text = ended(instruction.text, part.dockerfile)
    return instruction if text == instruction.text else replace(instruction, text=text)


def text_of(one: str | Filler | Instruction) -> str:
    """Its source text."""
    return one if isinstance(one, str) else one.text


def comment_above(filler: str) -> tuple[str, str]:
    """The text before an instruction, split into separate text and the comment right above."""
    lines = filler.splitlines(keepends=True)
    count = len(lines)
    while count and lines[count - 1].lstrip().startswith("#"):
        count -= 1
    return "".join(lines[:count]), "".join(lines[count:])


def with_blank_line(pieces: list[str | Instruction], end: str) -> list[str | Instruction]:
    """The pieces, followed by a blank line."""
    text = "".join(piece if isinstance(piece, str) else piece.text for piece in pieces[-2:])
    if text.endswith(("\n\n", "\n\r\n")):
        return pieces
    return [*pieces, end]


def alias_pieces(text: str, part: Part) -> Iterator[str | Instruction]:
    """The stage of aliases as pieces."""
    for one in parse(text, part.dockerfile.name).parts:
        yield one if isinstance(one, Instruction) else one.text
