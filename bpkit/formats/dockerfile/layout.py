"""The positions of the keyword, flags and arguments in an instruction's text.

Only edits need them, so they are found on request, not when a file is parsed.
"""

from __future__ import annotations

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.grammar import statement
from bpkit.formats.dockerfile.lines import Directives, logical_line, physical_lines
from bpkit.formats.dockerfile.model import Instruction
from bpkit.light import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """(start, end) offsets in ``Instruction.text``; ``trigger`` is where that of ONBUILD starts."""

    keyword: Span
    flags: tuple[Span, ...]
    args: tuple[Span, ...]
    trigger: int | None


def layout_of(instruction: Instruction) -> Layout:
    """The layout of the instruction's text, in the order of its flags and arguments.

    Raises DockerfileError if the text doesn't read alone: a trigger that starts with ``#``.
    """
    directives = Directives(escape=instruction.escape, done=True)
    logical = logical_line(physical_lines(instruction.text), 0, directives)
    if logical is None:
        raise DockerfileError("this instruction reads as a comment if it stands alone")
    stated = statement(logical.text, instruction.escape)
    trigger = stated.trigger
    return Layout(
        keyword=logical.source_span(stated.start, stated.keyword_end),
        flags=tuple(logical.source_span(token.start, token.end) for token in stated.flags),
        args=tuple(logical.source_span(token.start, token.end) for token in stated.args),
        trigger=trigger and logical.source_span(trigger.start, trigger.start)[0],
    )
