"""A Dockerfile as text with structure: reading keeps every byte, and knows what BuildKit knows.

``parse`` cuts the text into instructions and what stands between them; joined again, the parts
are the text. What is accepted, and what the flags, arguments and heredocs of an instruction are,
agrees with BuildKit's own parser (frontend/dockerfile/parser). Whether the instructions make
sense together is the affair of ``bpkit.stages``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bpkit.dockerfile_error import DockerfileError
from bpkit.dockerfile_grammar import Statement, heredoc_words, statement
from bpkit.dockerfile_lines import (
    Directives,
    LogicalLine,
    LongLineError,
    logical_line,
    physical_lines,
)
from bpkit.errors import Place

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
]

_BOM = "\ufeff"


@dataclass(frozen=True)
class Flag:
    """``--name=value``, its quotes and escapes taken off; ``value`` is None where no ``=`` is."""

    name: str
    value: str | None = None

    def __str__(self) -> str:
        return f"--{self.name}" if self.value is None else f"--{self.name}={self.value}"


@dataclass(frozen=True)
class Heredoc:
    """A heredoc with its body as it stands in the file (``chomp``: of ``<<-``, tabs still on).

    ``expand`` says that variables in the body are to be expanded: the name had no quotes.
    """

    name: str
    expand: bool
    chomp: bool
    content: str
    file_descriptor: int = 0


@dataclass(frozen=True)
class Layout:
    """Where in an instruction's text its pieces stand, as (start, end) offsets.

    ``head_end`` is where the logical line ends and the bodies of heredocs begin.
    """

    keyword: tuple[int, int]
    flags: tuple[tuple[int, int], ...]
    args: tuple[tuple[int, int], ...]
    head_end: int
    trigger: int | None = None


@dataclass(frozen=True)
class Instruction:
    """One instruction, from its keyword to the end of its last line.

    ``text`` is the source with its continuations, comments between them, bodies of heredocs and
    line end. ``line`` and ``end_line`` count from 1. ``keyword`` is in upper case. ``args`` are
    BuildKit's: the items of a JSON form (``json`` is true then); one text for the shell form of
    RUN, CMD, ENTRYPOINT and for USER, WORKDIR, STOPSIGNAL, MAINTAINER; names and values in turn
    for ENV and LABEL; the words for all others; quotes and variables are left as they are.
    ``original`` is the logical line. ``trigger`` is the instruction that ONBUILD puts off, and
    its text is the end of this text. An unknown keyword has one empty argument.
    """

    text: str
    line: int
    end_line: int
    keyword: str
    flags: tuple[Flag, ...] = ()
    args: tuple[str, ...] = ()
    json: bool = False
    heredocs: tuple[Heredoc, ...] = ()
    original: str = ""
    escape: str = "\\"
    trigger: Instruction | None = None
    layout: Layout = field(default=Layout((0, 0), (), (), 0), repr=False, compare=False)

    def flag(self, name: str) -> str | None:
        """The value of the last flag of this name, empty where it has none; None if not given."""
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag.value or ""
        return None

    def flag_values(self, name: str) -> tuple[str, ...]:
        """The values of all flags of this name, in order."""
        return tuple(flag.value or "" for flag in self.flags if flag.name == name)

    @property
    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """Names and values of an ENV, LABEL or ARG, as written; None for an ARG without value."""
        if self.keyword == "ARG":
            halves = (arg.partition("=") for arg in self.args)
            return tuple((name, value if equals else None) for name, equals, value in halves)
        if self.keyword in {"ENV", "LABEL"}:
            return tuple(zip(self.args[::2], self.args[1::2], strict=True))
        return ()


@dataclass(frozen=True)
class Filler:
    """What stands between instructions: comments, blank lines, directives, a byte order mark."""

    text: str
    line: int


Part = Instruction | Filler


@dataclass(frozen=True)
class Dockerfile:
    """A Dockerfile in parts that together are its text.

    ``directives`` holds the parser directives by name in lower case; ``escape`` is the escape
    character that they set.
    """

    name: str
    parts: tuple[Part, ...]
    escape: str = "\\"
    directives: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        """The source, to the byte."""
        return "".join(part.text for part in self.parts)

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        return tuple(part for part in self.parts if isinstance(part, Instruction))

    def place(self, instruction: Instruction) -> Place:
        """Where the instruction starts, for a message."""
        return Place(self.name, instruction.line)


def decode(data: bytes, name: str = "Dockerfile") -> str:
    """The text of a Dockerfile; ``encode`` gives the same bytes back, whatever they were.

    Raises DockerfileError for a file with NUL bytes, which is no text.
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


def parse(text: str, name: str = "Dockerfile") -> Dockerfile:
    """The Dockerfile that ``text`` holds; ``name`` is for messages.

    Takes time linear in the length of ``text``. Raises DockerfileError where BuildKit's parser
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
    parts = tuple(_parts(lines, directives, name))
    if not any(isinstance(part, Instruction) for part in parts):
        raise DockerfileError(
            "there are no instructions in this file",
            place=Place(name),
            hint="a Dockerfile starts with FROM",
        )
    return Dockerfile(name, parts, directives.escape, MappingProxyType(directives.values))


def parse_instruction(text: str, escape: str = "\\", line: int = 1) -> Instruction:
    """The one instruction that ``text`` is; raises DockerfileError where it is more or less."""
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
    heredocs, after = _heredocs(lines, first + logical.count, logical.text, stated)
    text = "".join(lines[first:after])
    head_end = sum(len(line) for line in lines[first : first + logical.count])
    whole = Instruction(
        text, first + 1, after, "", heredocs=heredocs, original=logical.text, escape=escape
    )
    return _filled(whole, logical, stated, head_end, 0)


def _filled(
    whole: Instruction, logical: LogicalLine, stated: Statement, head_end: int, base: int
) -> Instruction:
    """The instruction that ``stated`` says, its text the end of the whole's from ``base`` on."""

    def place(start: int, end: int) -> tuple[int, int]:
        source = logical.source_span(start, end)
        return source[0] - base, source[1] - base

    inner = None
    trigger_at = None
    if stated.trigger is not None:
        trigger_at = logical.source_span(stated.trigger.start, stated.trigger.start)[0]
        inner = _filled(whole, logical, stated.trigger, head_end, trigger_at)
    return Instruction(
        text=whole.text[base:],
        line=whole.line,
        end_line=whole.end_line,
        keyword=stated.keyword,
        flags=tuple(_flag(token.text) for token in stated.flags),
        args=tuple(token.text for token in stated.args),
        json=stated.json,
        heredocs=whole.heredocs,
        original=logical.text[stated.start :] if base else logical.text,
        escape=whole.escape,
        trigger=inner,
        layout=Layout(
            keyword=place(stated.start, stated.keyword_end),
            flags=tuple(place(token.start, token.end) for token in stated.flags),
            args=tuple(place(token.start, token.end) for token in stated.args),
            head_end=head_end - base,
            trigger=None if trigger_at is None else trigger_at - base,
        ),
    )


def _flag(text: str) -> Flag:
    name, equals, value = text[2:].partition("=")
    return Flag(name, value if equals else None)


def _heredocs(
    lines: list[str], at: int, logical: str, stated: Statement
) -> tuple[tuple[Heredoc, ...], int]:
    """The heredocs that the logical line opens, and the index of the line after their bodies."""
    heredocs: list[Heredoc] = []
    for word in heredoc_words(logical, stated):
        first = at
        while at < len(lines):
            line = lines[at].rstrip("\r\n")
            at += 1
            if (line.lstrip("\t") if word.chomp else line) == word.name:
                break
        else:
            raise DockerfileError(
                f"the heredoc <<{word.name} is never closed",
                hint=f"put {word.name} on a line of its own after its text",
            )
        body = "".join(lines[first : at - 1])
        heredocs.append(Heredoc(word.name, word.expand, word.chomp, body, word.file_descriptor))
    return tuple(heredocs), at
