"""A Dockerfile's physical lines, joined to logical ones, with the way back to the source.

Rules as in BuildKit's frontend/dockerfile/parser/parser.go and directives.go: only ``\\n`` ends a
line; a line that ends in the escape character continues on the next; comments and blank lines
between continued lines are skipped; the first comments may be directives.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.text import SPACES
from bpkit.light import regex

# Go's bufio.MaxScanTokenSize, in bytes; BuildKit's own limit to a line with its line end.
LONGEST_LINE = 65536
_DIRECTIVE = regex(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*\Z")
# Not Unicode's spaces: here BuildKit uses a regular expression's \\s.
_DIRECTIVE_SPACES = "\t\n\f\r "
_KNOWN_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_CONTINUED = {
    escape: regex(rf"(?:(?<=[^{re.escape(escape)}])|\A){re.escape(escape)}[ \t]*\Z")
    for escape in ("\\", "`")
}


def physical_lines(text: str) -> list[str]:
    """The lines of ``text`` with their ends; raises DockerfileError for one that is too long."""
    parts = text.split("\n")
    last = parts.pop()
    lines = [part + "\n" for part in parts]
    if last:
        lines.append(last)
    for number, line in enumerate(lines, 1):
        if len(line) * 4 >= LONGEST_LINE:
            size = len(line.encode("utf-8", "surrogateescape")) + (not line.endswith("\n"))
            if size > LONGEST_LINE:
                raise LongLineError(number)
    return lines


class LongLineError(DockerfileError):
    """A line that BuildKit won't read, with its number."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"this line is longer than {LONGEST_LINE - 1} bytes, the most that BuildKit reads",
            hint="continue it on more lines with \\, or put the data into a file and COPY it",
        )
        self.number = number


def is_comment(line: str) -> bool:
    return line.lstrip(SPACES).startswith("#")


@dataclass
class Directives:
    """The parser directives at the head of a file, as far as it has been read."""

    values: dict[str, str] = field(default_factory=dict)
    escape: str = "\\"
    done: bool = False

    def see(self, line: str) -> None:
        """Take a line without its line end and leading space; raises for a bad directive.

        Must not be called once ``done`` is set.
        """
        found = (
            _DIRECTIVE.match(line[1:].lstrip(_DIRECTIVE_SPACES)) if line.startswith("#") else None
        )
        name = found.group(1).lower() if found else ""
        if found is None or name not in _KNOWN_DIRECTIVES:
            self.done = True
            return
        if name in self.values:
            raise DockerfileError(f"the directive {name} is given twice", hint="remove one of them")
        value = self.values[name] = found.group(2)
        if name == "escape":
            if value not in {"\\", "`"}:
                raise DockerfileError(
                    f"the escape character can't be {value!r}", hint="use \\ or `"
                )
            self.escape = value


class LogicalLine(NamedTuple):
    """A line with its continuations joined; ``line_count`` physical lines make it.

    A piece of ``text`` that starts at ``starts[i]`` is in the source at ``sources[i]``,
    counted from the start of the first line.
    """

    text: str
    line_count: int
    starts: tuple[int, ...]
    sources: tuple[int, ...]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` is in the source, continuations between included."""
        if start == end:
            at = self.offset_in_source(start)
            return at, at
        return self.offset_in_source(start), self.offset_in_source(end - 1) + 1

    def offset_in_source(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        return self.sources[piece] + at - self.starts[piece]


def logical_line(lines: Sequence[str], first: int, directives: Directives) -> LogicalLine | None:
    """The logical line that starts with ``lines[first]``; None for a comment or a blank line."""
    whole = lines[first].rstrip("\r\n")
    stripped = whole.lstrip(SPACES)
    if not directives.done:
        directives.see(stripped)
    if not stripped or stripped[0] == "#":
        return None
    indent = len(whole) - len(stripped)
    if directives.escape in stripped:
        end = _CONTINUED[directives.escape].search(stripped)
        if end is not None:
            return _continued(lines, first, indent, stripped[: end.start()], directives.escape)
    return LogicalLine(stripped, 1, (0,), (indent,))


def _continued(
    lines: Sequence[str], first: int, indent: int, piece: str, escape: str
) -> LogicalLine:
    """The logical line whose first piece is continued; a comment or blank line doesn't end it."""
    continued = _CONTINUED[escape]
    pieces, starts, sources = [piece], [0], [indent]
    length = len(piece)
    offset = len(lines[first])
    index = first + 1
    while index < len(lines):
        line = lines[index]
        index += 1
        here = offset
        offset += len(line)
        content = line.lstrip(SPACES)
        if not content or content[0] == "#":
            continue
        piece = line.rstrip("\r\n")
        end = continued.search(piece) if escape in piece else None
        if end is not None:
            piece = piece[: end.start()]
        starts.append(length)
        sources.append(here)
        pieces.append(piece)
        length += len(piece)
        if end is None:
            break
    return LogicalLine("".join(pieces), index - first, tuple(starts), tuple(sources))
