"""A Dockerfile's physical lines, joined to logical ones, with the way back to the source.

Rules as in BuildKit's frontend/dockerfile/parser/parser.go and directives.go: only ``\\n`` ends a
line; a line that ends in the escape character goes on in the next; comments and blank lines
between continued lines are skipped; the first comments may be directives.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from bpkit.dockerfile_error import DockerfileError
from bpkit.expansion import SPACES

# Go's bufio.MaxScanTokenSize, in bytes; BuildKit's own limit to a line with its line end.
LONGEST_LINE = 65536
_DIRECTIVE = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*\Z")
_KNOWN_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_CONTINUED = {
    escape: re.compile(rf"(?:(?<=[^{re.escape(escape)}])|\A){re.escape(escape)}[ \t]*\Z")
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
        """Take a line without its end and its leading space; raises for a bad directive."""
        if self.done:
            return
        found = _DIRECTIVE.match(line[1:].lstrip(SPACES)) if line.startswith("#") else None
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


@dataclass(frozen=True)
class LogicalLine:
    """A line with its continuations joined.

    ``line`` is the number of its first physical line, ``count`` how many it takes. A piece of
    ``text`` that starts at ``starts[i]`` stands in the source at ``sources[i]``, counted from the
    start of the first line. ``has_comments`` tells of comments between the pieces.
    """

    text: str
    count: int
    starts: tuple[int, ...]
    sources: tuple[int, ...]
    has_comments: bool

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the source, continuations between included."""
        if start == end:
            at = self._source(start)
            return at, at
        return self._source(start), self._source(end - 1) + 1

    def _source(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        return self.sources[piece] + at - self.starts[piece]


def logical_line(lines: Sequence[str], first: int, directives: Directives) -> LogicalLine | None:
    """The logical line that starts with ``lines[first]``; None for a comment or a blank line."""
    whole = lines[first].rstrip("\r\n")
    stripped = whole.lstrip(SPACES)
    directives.see(stripped)
    if not stripped or stripped.startswith("#"):
        return None
    continued = _CONTINUED[directives.escape]
    pieces: list[str] = []
    starts, sources = [0], [len(whole) - len(stripped)]
    length = offset = 0
    has_comments = False
    index = first
    piece = stripped
    while True:
        end = continued.search(piece) if directives.escape in piece else None
        pieces.append(piece[: end.start()] if end else piece)
        length += len(pieces[-1])
        if end is None:
            break
        while True:
            offset += len(lines[index])
            index += 1
            if index >= len(lines):
                break
            piece = lines[index].rstrip("\r\n")
            blank = piece.lstrip(SPACES)
            has_comments = has_comments or blank.startswith("#")
            if blank and not blank.startswith("#"):
                break
        if index >= len(lines):
            break
        starts.append(length)
        sources.append(offset)
    return LogicalLine(
        "".join(pieces),
        min(index, len(lines) - 1) - first + 1,
        tuple(starts),
        tuple(sources),
        has_comments,
    )
