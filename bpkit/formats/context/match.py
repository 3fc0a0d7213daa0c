"""Matches a Dockerfile's needs with the files that exist.

A source may go through symbolic links: BuildKit asks for the link and for what it leads to
(tonistiigi/fsutil, followlinks.go), the classic builder finds both in the context it was sent. So
both are needed. Links within a directory that is copied stay links; their targets aren't needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bpkit.formats.context.needed import WHOLE, ContextNeeds, ContextSource
from bpkit.formats.context.tree import Tree, below
from bpkit.formats.dockerignore import LineError, read_line
from bpkit.formats.text import GlobError, is_glob, match_sources, parents


@dataclass(frozen=True)
class Needed:
    """The needed part of a tree.

    ``paths`` are files, links, and directories that are taken whole, none below another, sorted;
    ``.`` is the whole context. ``wanted_by`` has the first source that takes each of them,
    ``named`` that of each path that a source names as it is, also where another takes it along.
    ``missing`` are the sources that nothing in the tree matches: their build would fail, except
    for a pattern on BuildKit.
    """

    paths: tuple[str, ...] = ()
    wanted_by: Mapping[str, ContextSource] = field(default_factory=dict, hash=False)
    missing: tuple[ContextSource, ...] = ()
    named: Mapping[str, ContextSource] = field(default_factory=dict, hash=False)

    def source_of(self, path: str) -> ContextSource | None:
        """The source that takes ``path`` or a directory above it; None if it isn't needed."""
        for one in (WHOLE, *parents(path), path):
            if one in self.wanted_by:
                return self.wanted_by[one]
        return None

    def takes(self, path: str) -> bool:
        """Whether ``path`` itself is needed, or all of a directory above it."""
        return self.source_of(path) is not None

    def enters(self, path: str) -> bool:
        """Whether something in the directory ``path`` is needed, or all of it."""
        return path in self._above or self.takes(path)

    @cached_property
    def _above(self) -> frozenset[str]:
        return frozenset(above for path in self.paths for above in parents(path))


def matching(needs: ContextNeeds, tree: Tree) -> Needed:
    """The files and directories of ``tree`` that ``needs`` takes.

    A source that isn't known takes all below the directory that it is known to be in.
    """
    wanted_by: dict[str, ContextSource] = {}
    missing: list[ContextSource] = []
    named: dict[str, ContextSource] = {}
    for source in needs.sources:
        found = False
        for path, exists in _places(source, tree):
            found = found or exists
            wanted_by.setdefault(path, source)
            if source.known and not source.glob:
                named.setdefault(path, source)
        if not found:
            missing.append(source)
    paths = tuple(sorted(_topmost(wanted_by)))
    wanted = {path: wanted_by[path] for path in paths}
    return Needed(paths, wanted, tuple(missing), named)


def _places(source: ContextSource, tree: Tree) -> Iterator[tuple[str, bool]]:
    """The paths that the source takes, and whether that is what it names, not a link to it."""
    if not source.glob:
        yield from _followed(source.pattern, tree)
        return
    directory, pattern = _split(source.pattern)
    start = tree.resolve(directory)
    yield from ((link, False) for link in start.links)
    if start.path is None:
        return
    for name in _matched(pattern, start.path, source, tree):
        yield from _followed(below(start.path, name), tree)


def _followed(path: str, tree: Tree) -> Iterator[tuple[str, bool]]:
    """The links that ``path`` leads through, and where it ends."""
    resolved = tree.resolve(path)
    yield from ((link, False) for link in resolved.links)
    if resolved.path is not None:
        yield resolved.path, True


def _matched(pattern: str, directory: str, source: ContextSource, tree: Tree) -> tuple[str, ...]:
    """The names below ``directory`` that ``pattern`` matches."""
    start = "" if directory == WHOLE else f"{directory}/"
    names = (path[len(start) :] for path in tree.paths if path.startswith(start))
    try:
        if source.parents:
            # COPY --parents reads its pattern as a line of .dockerignore: ``**`` is any depth.
            line = read_line(pattern)
            return tuple(name for name in names if line and line.matches(name))
        return match_sources(pattern, names)
    except (GlobError, LineError) as error:
        raise GlobError(error.message, place=source.place, hint=error.hint) from error


def _split(pattern: str) -> tuple[str, str]:
    """The directory before the first part with a wildcard, and the rest."""
    parts = pattern.split("/")
    first = next(n for n, part in enumerate(parts) if is_glob(part) or "\\" in part)
    return "/".join(parts[:first]) or WHOLE, "/".join(parts[first:])


def _topmost(paths: Mapping[str, ContextSource]) -> Iterator[str]:
    """The paths that aren't below another."""
    if WHOLE in paths:
        yield WHOLE
        return
    yield from (path for path in paths if not any(above in paths for above in parents(path)))
