"""File name patterns as Docker reads them: Go's ``filepath.Match``, to the byte.

COPY and ADD choose their sources with it, ``.dockerignore`` checks its lines with it. It isn't
Python's fnmatch: ``*`` and ``?`` stop at ``/``, a class is negated by ``^`` and may match ``/``,
``\\`` escapes, and after a star the first match is taken without backtracking, so that no pattern
takes more than (pattern × path) steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from posixpath import normpath

from bpkit.errors import InputError
from bpkit.light import dataclass

_SLASH = ord("/")
_STAR = ord("*")
_ESCAPE = ord("\\")
_OPEN = ord("[")
_CLOSE = ord("]")
_RUNE_ERROR = 0xFFFD


class GlobError(InputError):
    """A pattern that Go calls malformed: an open class, an empty range, a last backslash."""


def match(pattern: str, path: str) -> bool:
    """Whether ``path`` as a whole matches ``pattern``.

    Raises GlobError for a malformed pattern. Go looks at a pattern no further than it has to, so
    a mistake behind a part that doesn't match is not found; ``check`` finds it.
    """
    return compiled(pattern).matches(path)


def check(pattern: str) -> None:
    """Raise GlobError if any part of the pattern is malformed."""
    compiled(pattern).check()


def is_glob(text: str) -> bool:
    """Whether COPY treats ``text`` as a pattern: it has a ``*``, ``?`` or ``[`` that isn't escaped.

    Without one it is a plain path, and a backslash in it is a character of the path
    (``containsWildcards`` in moby's builder/dockerfile/copy.go and in fsutil's copy/copy.go).
    """
    escaped = False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "*?[":
            return True
    return False


def match_sources(pattern: str, paths: Iterable[str]) -> tuple[str, ...]:
    """The ``paths`` that a source of COPY or ADD names, in their order.

    ``paths`` are relative to the build context. A directory that matches stands for all below
    it, which is not listed again. ``.`` stands for the context as a whole: it is ``(".",)``.
    Raises GlobError for a malformed pattern, which docker would report as a file not found.
    """
    wanted = source_path(pattern)
    if wanted == ".":
        return (".",)
    if not is_glob(wanted):
        return tuple(path for path in paths if path == wanted)
    glob = compiled(wanted)
    glob.check()
    prefix = glob.prefix
    return tuple(path for path in paths if path.startswith(prefix) and glob.matches(path))


def source_path(source: str) -> str:
    """A source of COPY or ADD as a path relative to the context: cleaned, ``..`` can't leave it."""
    return normpath("/" + source).lstrip("/") or "."


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Glob:
    """The pattern compiled for many paths; a malformed one raises only when it is used."""
    raw = pattern.encode("utf-8", "surrogateescape")
    return Glob(pattern, tuple(_chunks(raw)), _literal_prefix(pattern))


@dataclass(frozen=True)
class _Class:
    """``[a-z]``: ranges of code points, both ends included."""

    negated: bool
    ranges: tuple[tuple[int, int], ...]

    def holds(self, rune: int) -> bool:
        return any(low <= rune <= high for low, high in self.ranges) != self.negated


class _AnyOne:
    """``?``: one character that is not a slash."""


_ANY_ONE = _AnyOne()
_Item = bytes | _Class | _AnyOne


@dataclass(frozen=True)
class _Chunk:
    """The part between two stars. ``items`` is None if it is malformed."""

    starred: bool
    items: tuple[_Item, ...] | None


@dataclass(frozen=True)
class Glob:
    """A pattern cut at its stars; ``prefix`` is what every path that matches starts with."""

    pattern: str
    chunks: tuple[_Chunk, ...]
    prefix: str

    def check(self) -> None:
        """Raise GlobError if any part of the pattern is malformed."""
        if any(chunk.items is None for chunk in self.chunks):
            raise self._malformed()

    def matches(self, path: str) -> bool:
        """Whether the whole of ``path`` matches; raises GlobError as ``match`` does."""
        name = path.encode("utf-8", "surrogateescape")
        at = 0
        last = len(self.chunks) - 1
        for number, chunk in enumerate(self.chunks):
            if chunk.items is None:
                raise self._malformed()
            if chunk.starred and not chunk.items:
                return _SLASH not in name[at:]
            end = _place(chunk.starred, chunk.items, name, at, number == last)
            if end is None:
                return False
            at = end
        return at == len(name)

    def _malformed(self) -> GlobError:
        return GlobError(
            f"the pattern {self.pattern!r} is malformed",
            hint="close every [ with ], put something in it, and write \\\\ for a backslash",
        )


def _place(starred: bool, items: tuple[_Item, ...], name: bytes, at: int, last: bool) -> int | None:
    """Where the chunk ends at the first place it fits; the last must reach the name's end."""
    limit = at
    if starred:
        slash = name.find(b"/", at)
        limit = len(name) if slash < 0 else slash
        if len(items) == 1 and isinstance(items[0], bytes):
            return _place_literal(items[0], name, at, limit, last)
    for start in range(at, limit + 1):
        end = _end(items, name, start)
        if end is not None and (not last or end == len(name)):
            return end
    return None


def _place_literal(literal: bytes, name: bytes, at: int, limit: int, last: bool) -> int | None:
    if last:
        start = len(name) - len(literal)
        return len(name) if at <= start <= limit and name.endswith(literal) else None
    start = name.find(literal, at, limit + len(literal))
    return None if start < 0 else start + len(literal)


def _end(items: tuple[_Item, ...], name: bytes, at: int) -> int | None:
    """Where the items end if they match at ``at``."""
    for item in items:
        if isinstance(item, bytes):
            if not name.startswith(item, at):
                return None
            at += len(item)
            continue
        if at >= len(name):
            return None
        rune, width = _rune(name, at)
        if isinstance(item, _Class):
            if not item.holds(rune):
                return None
        elif name[at] == _SLASH:
            return None
        at += width
    return at


def _rune(text: bytes, at: int) -> tuple[int, int]:
    """The code point at ``at`` and its width; a byte that is not UTF-8 is U+FFFD and one wide."""
    first = text[at]
    if first < 0x80:
        return first, 1
    width = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    try:
        return ord(text[at : at + width].decode("utf-8")), width
    except (UnicodeDecodeError, TypeError):
        return _RUNE_ERROR, 1


def _chunks(pattern: bytes) -> Iterator[_Chunk]:
    """The pattern cut at its stars, those in a class left alone."""
    while pattern:
        rest = pattern.lstrip(b"*")
        end = _chunk_end(rest)
        yield _Chunk(len(rest) < len(pattern), _items(rest[:end]))
        pattern = rest[end:]


def _chunk_end(pattern: bytes) -> int:
    in_class = False
    at = 0
    while at < len(pattern):
        byte = pattern[at]
        if byte == _ESCAPE:
            at += 1
        elif byte == _OPEN:
            in_class = True
        elif byte == _CLOSE:
            in_class = False
        elif byte == _STAR and not in_class:
            return at
        at += 1
    return len(pattern)


def _items(chunk: bytes) -> tuple[_Item, ...] | None:
    """The chunk's items with neighbouring characters joined; None if it is malformed."""
    items: list[_Item] = []
    literal = bytearray()
    at = 0
    while at < len(chunk):
        byte = chunk[at]
        if byte in b"[?":
            if literal:
                items.append(bytes(literal))
                literal.clear()
            if byte == _OPEN:
                read = _class(chunk, at + 1)
                if read is None:
                    return None
                item, at = read
                items.append(item)
            else:
                items.append(_ANY_ONE)
                at += 1
            continue
        if byte == _ESCAPE:
            at += 1
            if at == len(chunk):
                return None
        literal.append(chunk[at])
        at += 1
    return (*items, bytes(literal)) if literal else tuple(items)


def _class(chunk: bytes, at: int) -> tuple[_Class, int] | None:
    negated = chunk[at : at + 1] == b"^"
    at += negated
    ranges: list[tuple[int, int]] = []
    while not (ranges and chunk[at] == _CLOSE):
        low = _class_member(chunk, at)
        if low is None:
            return None
        high, at = low
        if chunk[at] == ord("-"):
            upper = _class_member(chunk, at + 1)
            if upper is None:
                return None
            high, at = upper
        ranges.append((low[0], high))
    return _Class(negated, tuple(ranges)), at + 1


def _class_member(chunk: bytes, at: int) -> tuple[int, int] | None:
    """A character of a class and where the next starts; there must be a next one."""
    if chunk[at : at + 1] in {b"", b"-", b"]"}:
        return None
    if chunk[at] == _ESCAPE:
        at += 1
        if at == len(chunk):
            return None
    rune, width = _rune(chunk, at)
    if at + width >= len(chunk) or (rune == _RUNE_ERROR and width == 1):
        return None
    return rune, at + width


def _literal_prefix(pattern: str) -> str:
    end = min((pattern.find(char) for char in "*?[\\" if char in pattern), default=len(pattern))
    return pattern[:end]
