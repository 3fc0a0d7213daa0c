"""A package, and how the readers of package databases see an image."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bpkit.image import LinkLoopError, Rootfs

#: As much of package databases is read again: by hard links one list may be at a million paths.
_MOST_AGAIN = 32 << 20

#: How the names end of what package managers write beside what they install.
LISTS = ("/RECORD", "/top_level.txt", ".json", ".gemspec")

Manager = Literal["dpkg", "apk", "rpm", "pip", "conda", "npm", "gem", "go", "jar"]
#: Why a package is there though nothing needs it.
Excess = Literal["", "recommended", "orphan", "development"]


@dataclass(frozen=True)
class Package:
    """A package that is installed. ``excess`` is why it could go, by what its manager wrote."""

    manager: Manager
    name: str
    version: str = ""
    excess: Excess = ""

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


@dataclass
class Files:
    """The files of an image for a reader of a database: their texts, and whose they are.

    Who comes first keeps a file: the system's packages are asked before the languages'. ``kept``
    has the texts by digest. ``unread`` says which databases are there and were not read.
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
        """What was kept of the file at ``path``, or None."""
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
        """The paths of files that may be a package's own list: the rest is passed over once."""
        nodes = self.rootfs.nodes.items()
        return tuple(path for path, one in nodes if path.endswith(LISTS) and one.kind == "file")

    def matching(self, suffix: str) -> Iterator[str]:
        """The paths of files that end with ``suffix``, which is one of ``LISTS``."""
        assert suffix.endswith(LISTS)
        return (path for path in self._lists if path.endswith(suffix))

    def own(self, path: str, package: Package) -> None:
        """``path``, as a database has it, belongs to ``package``."""
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
        """All below ``directory`` belongs to ``package``, but for directories that ``but`` has.

        A directory is walked once: after that all in it has an owner.
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
    """The packages of an image, and the files of each by path."""

    owners: Mapping[str, Package] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
