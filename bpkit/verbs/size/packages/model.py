"""A package, and an image as the readers of package databases see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bpkit.image import LinkLoopError, Rootfs

#: The limit for reading databases again: with hard links, a list may have a million paths.
_MOST_AGAIN = 32 << 20

#: Suffixes of the files that package managers write beside what they install.
LISTS = ("/RECORD", "/top_level.txt", ".json", ".gemspec")

Manager = Literal["dpkg", "apk", "rpm", "pip", "conda", "npm", "gem", "go", "jar"]
#: Why a package is installed although nothing needs it.
Excess = Literal["", "recommended", "orphan", "development"]


@dataclass(frozen=True)
class Package:
    """An installed package. ``excess`` is why it isn't needed, according to its manager."""

    manager: Manager
    name: str
    version: str = ""
    excess: Excess = ""

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


@dataclass
class Files:
    """The files of an image for the readers of databases: their texts, and their owners.

    The first owner keeps a file: the system's packages come before the languages'. ``kept``
    has the texts by digest. ``unread`` lists databases that exist but were not read.
    """

    rootfs: Rootfs
    kept: Callable[[bytes], bytes | None]
    owners: dict[str, Package] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    _real: dict[str, str] = field(default_factory=dict)
    _walked: set[str] = field(default_factory=set)
    _seen: set[bytes] = field(default_factory=set)
    _left: int = _MOST_AGAIN

    def data(self, path: str) -> bytes | None:
        """The kept content of the file at ``path``; None if it wasn't kept."""
        node = self.rootfs.file(path)
        if node is None:
            return None
        if node.digest in self._seen:
            if node.size > self._left:
                self.unread.append(path)
                return None
            self._left -= node.size
        self._seen.add(node.digest)
        return self.kept(node.digest)

    def text(self, path: str) -> str | None:
        """The same as text."""
        data = self.data(path)
        return None if data is None else data.decode("utf-8", "surrogateescape")

    @cached_property
    def _lists(self) -> tuple[str, ...]:
        """The paths of files that may be a package's own list; computed once."""
        nodes = self.rootfs.nodes.items()
        return tuple(path for path, one in nodes if path.endswith(LISTS) and one.kind == "file")

    def matching(self, suffix: str) -> Iterator[str]:
        """The paths that end with ``suffix``, which is one of ``LISTS``."""
        assert suffix.endswith(LISTS)
        return (path for path in self._lists if path.endswith(suffix))

    def own(self, path: str, package: Package) -> None:
        """Assign ``path``, as written in a database, to ``package``."""
        directory, _, name = path.rpartition("/")
        if (real := self._real.get(directory)) is None:
            try:
                real = self.rootfs.real_path(directory or "/").rstrip("/")
            except LinkLoopError:
                real = directory
            self._real[directory] = real
        node = self.rootfs.nodes.get(f"{real}/{name}")
        if node is not None and node.kind != "directory":
            self.owners.setdefault(node.path, package)

    def own_below(self, directory: str, package: Package, but: Callable[[str], bool]) -> None:
        """Assign everything below ``directory`` to ``package``, except the directories in ``but``.

        A directory is walked once: after that, everything in it has an owner.
        """
        waiting = [directory]
        while waiting:
            one = waiting.pop()
            if one in self._walked:
                continue
            self._walked.add(one)
            for path in self.rootfs.children.get(one, ()):
                if self.rootfs.nodes[path].kind != "directory":
                    self.owners.setdefault(path, package)
                elif not but(path):
                    waiting.append(path)


@dataclass(frozen=True)
class Packages:
    """The packages in an image, and the owner of each file by path."""

    owners: Mapping[str, Package] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
