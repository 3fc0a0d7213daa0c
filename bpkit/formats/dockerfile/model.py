"""The parts of a parsed Dockerfile: its instructions, and the text between them.

``bpkit.formats.dockerfile.parser`` makes these from a text and ``bpkit.formats.dockerfile.edit``
changes them; code that only reads them imports them from ``bpkit.formats.dockerfile.parser``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bpkit.errors import Place
from bpkit.light import dataclass


@dataclass(frozen=True)
class Flag:
    """``--name=value``, without its quotes and escapes; ``value`` is None without an ``=``."""

    name: str
    value: str | None = None

    def __str__(self) -> str:
        return f"--{self.name}" if self.value is None else f"--{self.name}={self.value}"


@dataclass(frozen=True)
class Heredoc:
    """A heredoc with its body as in the file (``chomp``: it has ``<<-``, the tabs are kept).

    ``expand``: variables in the body are expanded, since the name has no quotes.
    ``spaced``: a blank is between ``<<`` and the name, as builders allow since 2025.
    """

    name: str
    expand: bool
    chomp: bool
    content: str
    file_descriptor: int = 0
    spaced: bool = False


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

    def flag(self, name: str) -> str | None:
        """The value of the last flag of this name, empty if it has none; None if not given."""
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
    """What is between instructions: comments, blank lines, directives, a byte order mark."""

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
