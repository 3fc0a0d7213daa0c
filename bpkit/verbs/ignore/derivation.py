"""A ``.dockerignore`` that includes what the Dockerfiles copy, and nothing else.

``*`` excludes everything, then a ``!`` line re-includes each source. A ``!`` line with a wildcard
in a directory needs more, because the classic builder enters an excluded directory only if a ``!``
line begins with its path letter by letter: there the matching directories are included, their
contents are excluded again, and so on down to the source. All dialects of
``bpkit.formats.dockerignore.ignore`` read these lines the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.formats.context import WHOLE, ContextNeeds, ContextSource, Tree
from bpkit.formats.dockerignore import read_line
from bpkit.formats.text import SPACES

ALL = "*"
_SPECIAL = frozenset("*?[]\\^+(){}|")
_PLAIN_CLASS = re.compile(r"\[\^?(?:[A-Za-z0-9_](?:-[A-Za-z0-9_])?)+\]")


@dataclass(frozen=True)
class AllowList:
    """The lines that include what is needed.

    ``openings`` come first: they re-include directories that are only partly needed. ``sources``
    are the lines that include each source, by the name of the Dockerfile that copies it. ``whole``
    is a source that copies the whole context: then no allow-list is possible, and both are empty.
    """

    openings: tuple[str, ...] = ()
    sources: tuple[tuple[str, tuple[str, ...]], ...] = ()
    whole: ContextSource | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines in their order; none if the whole context is copied."""
        if self.whole is not None:
            return ()
        return (ALL, *self.openings, *(line for _, lines in self.sources for line in lines))


@dataclass(frozen=True)
class _Path:
    """A path in the syntax of .dockerignore, part by part; ``name`` is the path if it is one."""

    parts: tuple[str, ...]
    name: str = ""
    any_depth: bool = False

    @property
    def text(self) -> str:
        return "/".join(self.parts)

    def openings(self) -> Iterator[tuple[str, ...]]:
        """The directories above it that no builder would enter otherwise, from the top down."""
        if self.any_depth:
            return
        above = self.parts[:-1]
        first = next((n for n, part in enumerate(above) if _SPECIAL & set(part)), len(above))
        yield from (self.parts[: n + 1] for n in range(first, len(above)))


def allow_list(needs: ContextNeeds, tree: Tree | None = None) -> AllowList:
    """The lines that include ``needs``; with a ``tree`` also the targets of links in it."""
    if needs.everything is not None:
        return AllowList(whole=needs.everything)
    wanted = _without_covered([(s, path) for s in needs.sources for path in _paths(s, tree)])
    whole = next((source for source, path in wanted if not path.parts), None)
    if whole is not None:
        return AllowList(whole=whole)
    opened = tuple(dict.fromkeys(parts for _, path in wanted for parts in path.openings()))
    by_file: dict[str, list[str]] = {}
    for source, path in wanted:
        by_file.setdefault(source.place.file, []).extend(_letting_in(path, opened))
    grouped = tuple((file, tuple(dict.fromkeys(lines))) for file, lines in by_file.items())
    return AllowList(tuple(_opening_lines(opened)), grouped)


def _opening_lines(opened: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """Level by level: include the directories, then exclude their contents."""
    for depth in sorted({len(parts) for parts in opened}):
        level = ["/".join(parts) for parts in opened if len(parts) == depth]
        yield from (f"!{path}" for path in level)
        yield from (excluding(f"{path}/*") for path in level)


def _letting_in(path: _Path, opened: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    yield f"!{path.text}"
    if any(_may_reach(parts, path) for parts in opened):
        # Docker skips a line that has no effect on a directory, and then doesn't apply
        # it to the directory's contents. An opened directory is already included; its contents
        # aren't.
        yield f"!{path.text}/**"


def _may_reach(opened: tuple[str, ...], path: _Path) -> bool:
    """Whether an opened directory may be ``path`` or be in it."""
    above = opened[: len(path.parts)]
    if len(above) < len(path.parts):
        return False
    line = read_line(excluding("/".join(above)))
    return not path.name or (line is not None and line.matches(path.name))


def excluding(path: str) -> str:
    """The line that excludes ``path``, escaped if it starts with ``#`` or ``!``."""
    return f"\\{path}" if path[0] in "#!" else path


def _paths(source: ContextSource, tree: Tree | None) -> Iterator[_Path]:
    """The source, and the targets of the links that its path goes through."""
    if source.glob:
        yield _pattern_path(source)
        return
    yield _literal_path(source.pattern)
    if tree is not None:
        resolved = tree.resolve(source.pattern)
        yield from (_literal_path(link) for link in resolved.links)
        if resolved.links and resolved.path is not None:
            yield _literal_path("" if resolved.path == WHOLE else resolved.path)


def _literal_path(path: str) -> _Path:
    return _Path(tuple(literal(part) for part in path.split("/")) if path else (), path)


def _pattern_path(source: ContextSource) -> _Path:
    """A pattern of COPY, up to the first part that .dockerignore can't express."""
    parts: list[str] = []
    for part in source.pattern.split("/"):
        if source.parents and part == "**":
            return _Path(tuple(source.pattern.split("/")), any_depth=True)
        read = _pattern_part(part)
        if read is None:
            break
        parts.append(read)
    return _Path(tuple(parts))


def literal(name: str) -> str:
    """The pattern that matches only this name or, at worst, names that differ in one letter."""
    escaped = "".join(_literal_char(char) for char in name)
    if name[:1] in SPACES:
        escaped = f"[{name[0]}]{escaped[1:]}"
    if name[-1:] in SPACES and len(name) > 1:
        escaped = f"{escaped[:-1]}[{name[-1]}]"
    return escaped


def _literal_char(char: str) -> str:
    if char in "\r\n" or "\ud800" <= char <= "\udfff":
        return "?"
    return f"\\{char}" if char in _SPECIAL else char


_TOKEN = re.compile(r"\*+|\?|\[\^?(?:\\.|[^\]\\])(?:\\.|[^\]\\])*\]|\\.|[^\\\[]", re.DOTALL)


def _pattern_part(part: str) -> str | None:
    """The same pattern in the syntax of .dockerignore; None if a class contains a slash."""
    out: list[str] = []
    at = 0
    while at < len(part):
        found = _TOKEN.match(part, at)
        if found is None:
            return None
        token = found.group()
        at = found.end()
        if token[0] == "*":
            out.append("*")
        elif token[0] == "[":
            # .dockerignore and COPY agree only on simple classes.
            out.append(token if _PLAIN_CLASS.fullmatch(token) else "?")
        else:
            out.append(token if token == "?" else literal(token[-1]))
    return "".join(out)


def _without_covered(
    wanted: list[tuple[ContextSource, _Path]],
) -> list[tuple[ContextSource, _Path]]:
    """The paths that aren't in a directory that is included as a whole."""
    whole = {path.parts for _, path in wanted if not _SPECIAL & set(path.text)}
    return [
        (source, path)
        for source, path in wanted
        if not any(path.parts[:n] in whole for n in range(1, len(path.parts)))
    ]
