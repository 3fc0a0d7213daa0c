"""An image's size, as values for the reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from bpkit.errors import Place
from bpkit.image import LinkLoopError, Rootfs
from bpkit.verbs.size.kinds import Kind
from bpkit.verbs.size.packages.model import Package

Counted = Literal["engine", "files"]
Loss = Literal["removed", "overwritten", "doubled"]


class SizedFile(NamedTuple):
    """A file that is visible in the image, and the layer with its bytes."""

    path: str
    size: int
    layer: int
    kind: Kind
    package: Package | None
    digest: bytes
    unloaded: int = 0


class LostFile(NamedTuple):
    """A file that a later layer hides; its bytes stay.

    ``doubled``: the later file has the same content, with another mode, owner or time.
    """

    path: str
    size: int
    layer: int
    by: int
    loss: Loss


@dataclass(frozen=True)
class SizedLayer:
    """A layer; ``number`` counts from 0.

    ``counted`` is the source of ``size``; ``files_size`` is the size of its files. ``place`` is the
    line in the Dockerfile, if known.
    """

    number: int
    digest: str
    created_by: str
    size: int
    files_size: int
    counted: Counted
    compressed: int
    is_estimated: bool
    files: int
    place: Place | None = None

    @property
    def label(self) -> str:
        """The line, else the instruction."""
        return f"{self.place}" if self.place else f"layer {self.number + 1}"


@dataclass(frozen=True)
class Duplicate:
    """The same content at several paths, each with its own bytes."""

    size: int
    paths: tuple[str, ...]

    @property
    def wasted(self) -> int:
        return self.size * (len(self.paths) - 1)


@dataclass(frozen=True)
class Reason:
    """A cause of the size.

    ``saves`` are the bytes that ``fix`` removes. ``evidence`` is what was seen. ``rule`` is lint's,
    if one reports it too.
    """

    title: str
    saves: int
    fix: str
    evidence: str
    layers: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True)
class ImageSize:
    """An image, and where its bytes are. ``source`` is what was read.

    ``base`` is the number of layers from the base image; None if unknown. ``rootfs`` has every
    visible path, also those without bytes of their own.
    """

    name: str
    id: str
    source: str
    platform: str
    layers: tuple[SizedLayer, ...]
    files: tuple[SizedFile, ...]
    lost: tuple[LostFile, ...]
    duplicates: tuple[Duplicate, ...]
    reasons: tuple[Reason, ...] = ()
    unread: tuple[str, ...] = ()
    lines_note: str = ""
    config: Mapping[str, object] = field(default_factory=dict, hash=False)
    base: int | None = None
    rootfs: Rootfs = field(default_factory=Rootfs, repr=False, compare=False)

    @property
    def size(self) -> int:
        return sum(layer.size for layer in self.layers)

    @property
    def files_size(self) -> int:
        return sum(layer.files_size for layer in self.layers)

    @property
    def compressed(self) -> int:
        return sum(layer.compressed for layer in self.layers)

    @property
    def is_estimated(self) -> bool:
        """Whether the compressed size of at least one layer was estimated."""
        return any(layer.is_estimated for layer in self.layers if layer.size)

    @property
    def lost_size(self) -> int:
        return sum(one.size for one in self.lost)

    def by_package(self) -> tuple[tuple[Package, int, int], ...]:
        """Each package with its bytes and the number of its files, the largest first."""
        found: dict[Package, list[int]] = {}
        for one in self.files:
            if one.package:
                entry = found.setdefault(one.package, [0, 0])
                entry[0] += one.size
                entry[1] += 1
        rows = ((package, size, count) for package, (size, count) in found.items())
        return tuple(sorted(rows, key=lambda row: (-row[1], row[0].name)))

    def by_kind(self) -> tuple[tuple[Kind, int, int], ...]:
        """Each kind with its bytes and the number of its files, the largest first."""
        found: dict[Kind, list[int]] = {}
        for one in self.files:
            entry = found.setdefault(one.kind, [0, 0])
            entry[0] += one.size
            entry[1] += 1
        rows = ((kind, size, count) for kind, (size, count) in found.items())
        return tuple(sorted(rows, key=lambda row: -row[1]))

    def by_directory(self) -> Mapping[str, int]:
        """The bytes below each directory; ``/`` has all visible files."""
        return directory_sizes((one.path, one.size) for one in self.files)

    def real_path(self, path: str) -> str:
        """``path`` with links followed, and without ``//`` and ``.``; empty if it doesn't exist."""
        try:
            real = self.rootfs.real_path(path)
        except LinkLoopError:
            return ""
        return real if real == "/" or real in self.rootfs.nodes else ""

    def is_linked(self, path: str) -> bool:
        """Whether a link is followed on the way to ``path``."""
        try:
            return bool(self.rootfs.links_on(path))
        except LinkLoopError:
            return True


def directory_sizes(files: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The bytes below each directory."""
    found: dict[str, int] = {}
    for path, size in files:
        directory = path.rpartition("/")[0] or "/"
        found[directory] = found.get(directory, 0) + size
    for directory in tuple(found):
        while directory != "/" and (directory := directory.rpartition("/")[0] or "/") not in found:
            found[directory] = 0
    # Add each to its parent once, the deepest first: a path may have 2,000 directories.
    for directory in sorted(found, key=len, reverse=True):
        if directory != "/":
            found[directory.rpartition("/")[0] or "/"] += found[directory]
    return found
