"""A Dockerfile as text with structure: parsing keeps every byte and follows BuildKit's rules.

``parse`` cuts the text into instructions and what is between them; joined again, the parts
are the text. What is accepted, and what the flags, arguments and heredocs of an instruction are,
agrees with BuildKit's own parser (frontend/dockerfile/parser). Whether the instructions make
sense together is checked in ``bpkit.formats.dockerfile.stage``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from bpkit.errors import Place
from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.grammar import Statement, heredoc_words, statement
from bpkit.formats.dockerfile.lines import (
    Directives,
    LogicalLine,
    LongLineError,
    logical_line,
    physical_lines,
)
from bpkit.formats.dockerfile.model import Dockerfile, Filler, Flag, Heredoc, Instruction, Part

__all__ = [
    "Dockerfile",
    "DockerfileError",
    "Filler",
    "Flag",
    "Heredoc",
    "Instruction",
    "decode",
    "encode",
    "parse",
    "parse_instruction",
]

_BOM = "\ufeff"
# An image has at most 127 layers, and no Dockerfile written by a person comes close.
_MOST_INSTRUCTIONS = 10_000


def decode(data: bytes, name: str = "Dockerfile") -> str:
    """The text of a Dockerfile; ``encode`` gives the same bytes back, whatever they were.

    Raises DockerfileError for a file with NUL bytes, which isn't text.
    """
    if b"\0" in data:
        raise DockerfileError(
            "this is a binary file, not a Dockerfile",
            place=Place(name, data[: data.index(b"\0")].count(b"\n") + 1),
            hint="give the path of a text file",
        )
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes of a text that ``decode`` gave."""
    return text.encode("utf-8", "surrogateescape")


def _bounded(parts: Iterator[Part], name: str) -> Iterator[Part]:
    count = 0
    for part in parts:
        count += isinstance(part, Instruction)
        if count > _MOST_INSTRUCTIONS:
            raise DockerfileError(
                f"this file has more than {_MOST_INSTRUCTIONS:,} instructions, and bpkit reads no"
                " more than that",
                place=Place(name, part.line),
                hint="split it into several Dockerfiles",
            )
        yield part


def parse(text: str, name: str = "Dockerfile") -> Dockerfile:
    """The Dockerfile that ``text`` holds; ``name`` is for messages.

    Takes time linear in the length of ``text``. Raises DockerfileError if BuildKit's parser
    refuses the text, with the line.
    """
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DockerfileError("there is a NUL byte in this file", place=Place(name, line))
    directives = Directives()
    try:
        lines = physical_lines(text)
    except LongLineError as error:
        raise error.at(Place(name, error.number)) from None
    parts = tuple(_bounded(_parts(lines, directives, name), name))
    if not any(isinstance(part, Instruction) for part in parts):
        raise DockerfileError(
            "there are no instructions in this file",
            place=Place(name),
            hint="a Dockerfile starts with FROM",
        )
    return Dockerfile(name, parts, directives.escape, MappingProxyType(directives.values))


def parse_instruction(text: str, escape: str = "\\", line: int = 1) -> Instruction:
    """The single instruction in ``text``; raises DockerfileError if there isn't exactly one."""
    directives = Directives(escape=escape, done=True)
    parts = tuple(_parts(physical_lines(text), directives, ""))
    if len(parts) != 1 or not isinstance(parts[0], Instruction):
        raise DockerfileError("this is not one instruction")
    return _moved(parts[0], line - 1)


def _moved(instruction: Instruction, lines: int) -> Instruction:
    trigger = instruction.trigger and _moved(instruction.trigger, lines)
    return replace(
        instruction,
        line=instruction.line + lines,
        end_line=instruction.end_line + lines,
        trigger=trigger,
    )


def _parts(lines: list[str], directives: Directives, name: str) -> Iterator[Part]:
    index = 0
    filler: list[str] = []
    if lines and lines[0].startswith(_BOM):
        lines = [lines[0][1:], *lines[1:]]
        filler.append(_BOM)
    filler_line = 1
    while index < len(lines):
        try:
            logical = logical_line(lines, index, directives)
            read = _instruction(lines, index, logical, directives.escape) if logical else None
        except DockerfileError as error:
            raise error.at(Place(name, index + 1)) from error
        if read is None:
            filler.append(lines[index])
            index += 1
            continue
        if filler:
            yield Filler("".join(filler), filler_line)
            filler = []
        yield read
        index = read.end_line
        filler_line = index + 1
    if filler:
        yield Filler("".join(filler), filler_line)


def _instruction(lines: list[str], first: int, logical: LogicalLine, escape: str) -> Instruction:
    stated = statement(logical.text, escape)
    body = first + logical.line_count
    heredocs, after = _heredocs(lines, body, logical.text, stated)
    text = lines[first] if after == first + 1 else "".join(lines[first:after])
    trigger = None
    if stated.trigger is not None:
        trigger = _trigger(text, logical, stated.trigger, (first + 1, after), heredocs, escape)
    return Instruction(
        text=text,
        line=first + 1,
        end_line=after,
        keyword=stated.keyword,
        flags=tuple([_flag(token.text) for token in stated.flags]) if stated.flags else (),
        args=tuple([token.text for token in stated.args]),
        json=stated.json,
        heredocs=heredocs,
        original=logical.text,
        escape=escape,
        trigger=trigger,
    )


def _trigger(
    whole: str,
    logical: LogicalLine,
    stated: Statement,
    span: tuple[int, int],
    heredocs: tuple[Heredoc, ...],
    escape: str,
) -> Instruction:
    """The instruction that an ONBUILD puts off; ``whole`` is the text of the ONBUILD."""
    inner = stated.trigger and _trigger(whole, logical, stated.trigger, span, heredocs, escape)
    return Instruction(
        text=whole[logical.source_span(stated.start, stated.start)[0] :],
        line=span[0],
        end_line=span[1],
        keyword=stated.keyword,
        flags=tuple(_flag(token.text) for token in stated.flags),
        args=tuple(token.text for token in stated.args),
        json=stated.json,
        heredocs=heredocs,
        original=logical.text[stated.start :],
        escape=escape,
        trigger=inner,
    )


def _flag(text: str) -> Flag:
    name, equals, value = text[2:].partition("=")
    return Flag(name, value if equals else None)


def _heredocs(
    lines: list[str], at: int, logical: str, stated: Statement
) -> tuple[tuple[Heredoc, ...], int]:
    """The heredocs that the logical line opens, and the index of the line after their bodies."""
    if "<<" not in logical:
        return (), at
    heredocs: list[Heredoc] = []
    for word in heredoc_words(logical, stated):
        first = at
        while at < len(lines):
            line = lines[at].rstrip("\r\n")
            at += 1
            if (line.lstrip("\t") if word.chomp else line) == word.name:
                break
        else:
            if word.spaced:
                # A shift of the shell's arithmetic, $((1 << 2)).
                at = first
                continue
            raise DockerfileError(
                f"the heredoc <<{word.name} is never closed",
                hint=f"put {word.name} on a line of its own after its text",
            )
        body = "".join(lines[first : at - 1])
        heredocs.append(
            Heredoc(word.name, word.expand, word.chomp, body, word.file_descriptor, word.spaced)
        )
    return tuple(heredocs), at
