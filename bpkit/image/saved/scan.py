"""One pass over the tar of a saved image: keep its descriptions, and read its layers."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from bpkit.image.rootfs import Node
from bpkit.image.saved.compression import Sampled, Sampler, inflated, is_compressed
from bpkit.image.saved.layers import Layer, LayerAllowance, Look, read_layer
from bpkit.image.tar import Body, Stream, TarError, members

MOST_JSON = 8 << 20
_MOST_JSON_HELD = 64 << 20
_MOST_MEMBERS = 50_000
_MOST_LINKS = 40
_HEAD = 512


class Scan:
    """The part of an archive that has been read.

    ``wanted`` are the names of the layers; None means every file that may be one, if the manifest
    hasn't been read yet. ``links`` maps names to the names that they link to: Docker saves a
    repeated layer once. ``sampler`` estimates the sizes of layers in a registry.
    """

    def __init__(
        self,
        look: Look | None = None,
        wanted: frozenset[str] | None = None,
        *,
        sampler: Sampler | None = None,
        links: dict[str, str] | None = None,
    ) -> None:
        self.wanted = wanted
        self.links = links or {}
        self._look = look
        self._sampler = sampler
        self._small: dict[str, bytes] = {}
        self._layers: dict[str, SampledLayer] = {}
        #: Why files that may have been layers aren't.
        self._unread: dict[str, TarError] = {}
        self._allowance = LayerAllowance()

    def read(self, stream: Stream, skip: Callable[[int], object] | None = None) -> None:
        """Read an archive to its end; ``skip`` is as in ``Body``. Raises TarError."""
        body = Body(stream, skip)
        held = 0
        for number, (node, first) in enumerate(members(body)):
            name = node.path.lstrip("/")
            if number >= _MOST_MEMBERS:
                raise TarError(f"the archive has more than {_MOST_MEMBERS} files")
            if first or node.kind == "link":
                target = first or posixpath.join(posixpath.dirname(node.path), node.target)
                self.links[name] = posixpath.normpath(target).lstrip("/")
            elif body.size and self._is_layer(name, body):
                self._read_layer(name, body)
            elif body.size and self._is_small(node, body):
                held += node.size
                if held > _MOST_JSON_HELD:
                    raise TarError("the archive has too many files that describe images")
                self._small[name] = bytes(body.upto(node.size))

    def small(self, name: str) -> bytes | None:
        """The content of a small JSON file; None if it doesn't exist."""
        return self._small.get(self.target(name))

    def layer(self, name: str) -> Layer:
        """The layer of this name. Raises TarError if there is none, or it can't be read."""
        target = self.target(name)
        if target in self._unread:
            raise TarError(f"the layer '{name}': {self._unread[target]}")
        if target not in self._layers:
            raise TarError(f"the layer '{name}' is missing")
        return self._layers[target].layer()

    def target(self, name: str) -> str:
        """The name that a name links to, with all links followed."""
        for _ in range(_MOST_LINKS):
            if name not in self.links:
                break
            name = self.links[name]
        return name

    def _is_layer(self, name: str, body: Body) -> bool:
        if self.wanted is not None:
            return name in self.wanted
        return not _is_json(body)

    def _is_small(self, node: Node, body: Body) -> bool:
        return node.size <= MOST_JSON and _is_json(body)

    def _read_layer(self, name: str, body: Body) -> None:
        assert self._look is not None
        try:
            self._layers[name] = read_blob(name, body, self._look, self._allowance, self._sampler)
        except TarError as error:
            # In a pipe it isn't known whether this is a layer at all. If the archive itself is
            # truncated, reading its next member fails.
            self._unread[name] = error


def _is_json(body: Body) -> bool:
    head = bytes(body.upto(_HEAD))
    # A tar may begin with a file whose name begins like this.
    return head[:1] in {b"{", b"["} and head[257:262] != b"ustar"


class SampledLayer(NamedTuple):
    """A layer that has been read; its samples may still be being compressed."""

    read: Layer
    sampled: Sampled | None = None

    def layer(self) -> Layer:
        """The layer with its size in a registry."""
        if self.sampled is None:
            return self.read
        return replace(self.read, compressed=self.sampled.estimate())


def read_blob(
    name: str, body: Body, look: Look, allowance: LayerAllowance, sampler: Sampler | None
) -> SampledLayer:
    """The layer in the file that ``body`` is at. Raises TarError."""
    size = body.size
    head = bytes(body.upto(_HEAD))
    stream = inflated(head, body)
    if is_compressed(head):
        layer = read_layer(name, stream, look, allowance)
        return SampledLayer(replace(layer, compressed=size, is_estimated=False))
    if sampler is None:
        return SampledLayer(read_layer(name, stream, look, allowance))
    sampled = Sampled(stream, size, sampler)
    layer = read_layer(name, sampled, look, allowance)
    sampled.end()
    return SampledLayer(layer, sampled)
