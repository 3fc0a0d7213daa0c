"""The origin of each path in a build context once artifacts aren't carried through it.

A source of COPY names something in the context. Some of the context's files are artifacts, which
now come from a stage, and some are the project's own. ``takes`` returns those that a source
matches.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.formats.context import Tree
from bpkit.formats.dockerfile import DockerfileError
from bpkit.formats.text import compiled, is_glob

WHOLE = "."


@dataclass(frozen=True)
class Supply:
    """Something at ``destination`` in a context that comes from ``stage``.

    ``source`` is absolute, without ``/.``. ``is_file`` is None if it isn't known. ``foreign``:
    files in it may belong to users other than root. ``member`` is set if an archive is there: the
    name in it of what is at ``source``, ``.`` if it holds the contents. ``unpacked``: the stage
    unpacked an archive there, which was at ``destination``.
    """

    destination: str
    source: str
    stage: str
    is_file: bool | None = None
    foreign: bool = False
    member: str | None = None
    unpacked: bool = False


@dataclass(frozen=True)
class FromHost:
    """The source is one of the project's own files."""


@dataclass(frozen=True)
class FromStage:
    """The source is ``supply``, or ``rest`` (a path, perhaps a pattern) below it."""

    supply: Supply
    rest: str = ""

    @property
    def path(self) -> str:
        """Its path in the stage."""
        return posixpath.join(self.supply.source, self.rest) if self.rest else self.supply.source


@dataclass(frozen=True)
class Below:
    """The source is a directory that contains ``supply``, at ``path``."""

    supply: Supply
    path: str


Taken = FromHost | FromStage | Below


def takes(pattern: str, supplies: tuple[Supply, ...], tree: Tree) -> tuple[Taken, ...]:
    """The files that the source ``pattern`` (relative to the context) matches, in copying order.

    ``tree`` is the context without artifacts. The project's files are copied first, since artifacts
    replaced them.
    """
    covering = [s for s in supplies if _covers(s.destination, _plain_start(pattern))]
    found: list[Taken] = []
    if covering:
        nearest = max(covering, key=lambda s: len(s.destination))
        rest = posixpath.relpath(pattern, nearest.destination)
        merged = [s for s in covering if s.destination == nearest.destination]
        if len(merged) > 1 and rest != WHOLE:
            raise DockerfileError(
                f"{pattern} is in a directory that receives several artifacts; which one of them "
                "contains it is not known",
                hint="copy each artifact into a directory of its own",
            )
        found += [FromStage(one, "" if rest == WHOLE else rest) for one in merged]
        found += [Below(s, path) for s, path in _below(pattern, supplies) if s not in covering]
        is_whole = not is_glob(pattern) and pattern == nearest.destination
        if _has_more(pattern, supplies, tree, directory_only=is_whole):
            found.insert(0, FromHost())
        return tuple(found)
    if is_glob(pattern):
        glob = compiled(pattern)
        found += [FromStage(s) for s in supplies if glob.matches(s.destination)]
    found += [Below(s, path) for s, path in _below(pattern, supplies)]
    if not found or _has_more(pattern, supplies, tree):
        found.insert(0, FromHost())
    return tuple(found)


def _plain_start(pattern: str) -> str:
    """The path up to its first component with a wildcard; the whole path if it has none."""
    if not is_glob(pattern):
        return pattern
    parts = pattern.split("/")
    first = next(n for n, part in enumerate(parts) if is_glob(part))
    return "/".join(parts[:first]) or WHOLE


def _covers(destination: str, path: str) -> bool:
    return destination in {WHOLE, path} or path.startswith(f"{destination}/")


def _below(pattern: str, supplies: tuple[Supply, ...]) -> Iterator[tuple[Supply, str]]:
    """The supplies in a directory that ``pattern`` matches, and their paths in it."""
    for supply in supplies:
        if pattern == WHOLE and supply.destination != WHOLE:
            yield supply, supply.destination
            continue
        parts = supply.destination.split("/")
        for count in range(1, len(parts)):
            directory = "/".join(parts[:count])
            is_it = compiled(pattern).matches(directory) if is_glob(pattern) else False
            if is_it or directory == pattern:
                yield supply, "/".join(parts[count:])
                break


def _has_more(
    pattern: str, supplies: tuple[Supply, ...], tree: Tree, *, directory_only: bool = False
) -> bool:
    """Whether ``pattern`` matches files of the project's own.

    ``directory_only``: a single file at the path itself doesn't count, since the artifact replaced
    it.
    """
    exact = {supply.destination for supply in supplies}
    glob = compiled(pattern) if is_glob(pattern) else None
    for entry in tree:
        if entry.kind == "directory" or entry.path in exact:
            continue
        path = entry.path
        if pattern == WHOLE:
            return True
        if glob is None:
            if path.startswith(f"{pattern}/") or (path == pattern and not directory_only):
                return True
            continue
        parts = path.split("/")
        if any(glob.matches("/".join(parts[: n + 1])) for n in range(len(parts))):
            return True
    return False
