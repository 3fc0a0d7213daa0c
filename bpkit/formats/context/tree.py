"""A build context as a value: every path with its kind and size, no content.

Paths are relative to the context, without ``./`` and with ``/`` between their parts; bytes that
are not UTF-8 stay in them as surrogates.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from bpkit.formats.text import parents

Kind = Literal["file", "directory", "link", "other"]

ROOT = "."
_MOST_LINKS = 255


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One path. ``size`` is in bytes, 0 unless it is a file; ``target`` is a link's."""

    path: str
    kind: Kind = "file"
    size: int = 0
    target: str = ""


@dataclass(frozen=True)
class Resolved:
    """Where a path leads: the path after all links, and the links on the way.

    ``path`` is None if nothing is there, or its links form a loop.
    """

    path: str | None
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tree:
    """All paths of a context, those of directories too; the context itself is not among them.

    ``unreadable`` are the directories that could not be listed.
    """

    entries: Mapping[str, TreeEntry] = field(default_factory=dict, hash=False)
    unreadable: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", MappingProxyType(dict(self.entries)))

    @classmethod
    def of(cls, entries: Iterable[TreeEntry | str]) -> Tree:
        """The tree of these entries (a string is an empty file) and the directories above them."""
        found: dict[str, TreeEntry] = {}
        for one in entries:
            entry = TreeEntry(one) if isinstance(one, str) else one
            for above in parents(entry.path):
                found.setdefault(above, TreeEntry(above, "directory"))
            found[entry.path] = entry
        return cls(found)

    def __contains__(self, path: object) -> bool:
        return path == ROOT or path in self.entries

    def __iter__(self) -> Iterator[TreeEntry]:
        return iter(self.entries.values())

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All paths, sorted."""
        return tuple(sorted(self.entries))

    @cached_property
    def size(self) -> int:
        """The size of all files together, in bytes."""
        return sum(entry.size for entry in self)

    def resolve(self, path: str) -> Resolved:
        """Where ``path`` leads with the context as its root, out of which no link leads."""
        links: list[str] = []
        waiting = [part for part in reversed(path.split("/")) if part not in {"", "."}]
        at = ROOT
        while waiting:
            part = waiting.pop()
            if part == "..":
                at = posixpath.dirname(at) or ROOT
                continue
            here = below(at, part)
            entry = self.entries.get(here)
            if entry is None:
                return Resolved(None, tuple(links))
            if entry.kind != "link":
                at = here
                continue
            links.append(here)
            if len(links) > _MOST_LINKS:
                return Resolved(None, tuple(dict.fromkeys(links)))
            if entry.target.startswith("/"):
                at = ROOT
            waiting += [part for part in reversed(entry.target.split("/")) if part not in {"", "."}]
        return Resolved(at, tuple(dict.fromkeys(links)))


def below(directory: str, name: str) -> str:
    """The path of ``name`` in ``directory``, which may be the context itself."""
    return name if directory == ROOT else f"{directory}/{name}"
