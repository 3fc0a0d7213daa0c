"""The sources of an image's files: a container of the engine, or a saved image.

The engine returns any file or directory with ``docker cp``. A saved image is a stream of layers, so
files are collected in a pass over all of them, many files in one pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from bpkit.core import Container
from bpkit.errors import EngineError, InputError, Place
from bpkit.image import (
    Body,
    FileFacts,
    Layer,
    Node,
    Rootfs,
    SavedImage,
    TarError,
    Witness,
    members,
    read_saved,
    stacked,
)
from bpkit.verbs.check import read_rootfs

_FEW = 12


class FileSource(Protocol):
    """An image whose files can be read."""

    def rootfs(self, witness: Witness) -> Rootfs:
        """The image's file system; the witness may see some of the files as they are read."""

    def below(self, place: str, wanted: frozenset[str], most: int) -> Iterator[tuple[str, bytes]]:
        """The wanted files in a directory (or the file at ``place``), each up to ``most`` bytes."""

    def many(
        self, rootfs: Rootfs, paths: tuple[str, ...], most: int
    ) -> Iterator[tuple[str, bytes]]:
        """Files anywhere in the image, each up to ``most`` bytes."""


@dataclass(frozen=True)
class ContainerSource:
    """A container of the engine. Its methods raise EngineError."""

    container: Container

    def rootfs(self, witness: Witness) -> Rootfs:
        """The file system that the engine exports."""
        return read_rootfs(self.container, witness=witness)

    def below(self, place: str, wanted: frozenset[str], most: int) -> Iterator[tuple[str, bytes]]:
        """Read with ``docker cp`` of everything at ``place``."""
        above = place.rpartition("/")[0]
        with self.container.engine.stream("cp", f"{self.container.name}:{place}", "-") as stream:
            body = Body(stream)  # type: ignore[arg-type]
            try:
                for node, same_as in members(body):
                    path = f"{above}{node.path}"
                    if path in wanted and not same_as:
                        yield path, bytes(body.upto(most))
            except TarError as error:
                raise EngineError(f"{place} can't be read from the image: {error}") from None

    def many(
        self, rootfs: Rootfs, paths: tuple[str, ...], most: int
    ) -> Iterator[tuple[str, bytes]]:
        """Read one by one if a directory has few of them, otherwise with the directory."""
        waiting: dict[str, set[str]] = {}
        for path in paths:
            waiting.setdefault("/".join(path.split("/")[:4]), set()).add(path)
        for directory, wanted in waiting.items():
            node = rootfs.nodes.get(directory)
            if node is None or node.kind != "directory" or len(wanted) < _FEW:
                for path in wanted:
                    yield from self.below(path, frozenset({path}), most)
            else:
                yield from self.below(directory, frozenset(wanted), most)


@dataclass
class SavedSource:
    """A saved image. Its methods raise InputError. ``size`` is known once it has been read."""

    saved: SavedImage
    size: int = 0
    _linked: dict[str, str] = field(default_factory=dict)

    def rootfs(self, witness: Witness) -> Rootfs:
        """All layers combined. The witness sees nothing: layers come in any order, so it isn't yet
        known which of several files at a path counts."""
        return self._stacked(self._layers)

    def base(self, layers: int) -> Rootfs:
        """The lowest ``layers`` layers combined, which are the base image's."""
        return self._stacked(self._layers[:layers])

    @cached_property
    def _layers(self) -> tuple[Layer, ...]:
        layers = read_saved(self.saved, FileFacts())
        self.size = sum(layer.size for layer in layers)
        self._linked = {path: first for layer in layers for path, first in layer.linked.items()}
        return layers

    def below(self, place: str, wanted: frozenset[str], most: int) -> Iterator[tuple[str, bytes]]:
        """The wanted files; ``place`` isn't needed."""
        firsts = {self._linked[path] for path in wanted if path in self._linked}
        kept = _Kept(wanted | firsts, most)
        nodes = self._stacked(read_saved(self.saved, kept)).nodes
        for path in wanted:
            node = nodes.get(path)
            if node and node.kind == "file" and (node.digest or not node.size):
                yield path, kept.contents.get(node.digest, b"")

    def many(
        self, rootfs: Rootfs, paths: tuple[str, ...], most: int
    ) -> Iterator[tuple[str, bytes]]:
        """The files, all read in one pass."""
        if paths:
            yield from self.below("/", frozenset(paths), most)

    def _stacked(self, layers: Sequence[Layer]) -> Rootfs:
        try:
            return stacked(layers).rootfs
        except TarError as error:
            raise InputError(
                f"its layers can't be combined: {error}", place=Place(str(self.saved.path))
            ) from None


@dataclass
class _Kept:
    """Keeps the contents of the wanted files in all layers, by digest."""

    wanted: frozenset[str]
    most: int
    contents: dict[bytes, bytes] = field(default_factory=dict)

    def at(self, node: Node, body: Body) -> Node:
        """``node`` with the digest of its kept content."""
        if node.path not in self.wanted:
            return node
        content = bytes(body.upto(self.most))
        digest = hashlib.sha256(content).digest()
        self.contents[digest] = content
        return node._replace(digest=digest)

    def again(self, path: str, first: str) -> None:
        """Do nothing: the node of a hard link already has the digest."""
