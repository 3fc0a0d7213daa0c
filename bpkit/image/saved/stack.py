"""Combine layers: the visible paths, the layer of each, and the hidden paths.

As with the overlay driver, a directory on top of a directory keeps the contents below, anything
else hides them; and a file whose directories no layer has creates them, even in place of a link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bpkit.image.rootfs import Node, Rootfs, parents
from bpkit.image.saved.layers import Layer, LayerAllowance

#: What hid a path: a whiteout, a file at the same path, or a file in place of a directory.
Hiding = Literal["removed", "overwritten"]


@dataclass(frozen=True)
class Hidden:
    """A path of a lower layer that a later one hides; layers are counted from 0."""

    path: str
    layer: int
    by: int
    how: Hiding


@dataclass(frozen=True)
class Stack:
    """The file system of all layers. ``origin`` maps each path in a layer to that layer."""

    rootfs: Rootfs
    origin: Mapping[str, int]
    hidden: tuple[Hidden, ...]


#: Layers usually contain their directories: few directories appear only in paths.
_MOST_UNNAMED = 300_000
_MOST_TEXT_UNNAMED = 16_000_000


def stacked(layers: Sequence[Layer], allowance: LayerAllowance | None = None) -> Stack:
    """The combined layers, given from the base up. Raises TarError if there are too many."""
    state = _State(allowance or LayerAllowance(_MOST_UNNAMED, _MOST_TEXT_UNNAMED))
    for number, layer in enumerate(layers):
        for path in layer.emptied:
            for child in tuple(state.children.get(path, ())):
                state.remove(child, number, "removed")
        for path in layer.removed:
            state.remove(path, number, "removed")
        for path, node in layer.nodes.items():
            state.put(path, node, number)
    return Stack(Rootfs(state.nodes), state.origin, tuple(state.hidden))


class _State:
    """The visible paths so far."""

    def __init__(self, allowance: LayerAllowance) -> None:
        self.nodes: dict[str, Node] = {"/": Node("/", "directory")}
        self.children: dict[str, dict[str, None]] = {"/": {}}
        self.origin: dict[str, int] = {}
        self.hidden: list[Hidden] = []
        self._allowance = allowance

    def put(self, path: str, node: Node, layer: int) -> None:
        under = self.nodes.get(path)
        if under is None:
            self._attach(path, layer)
        elif under.kind != "directory" or node.kind != "directory":
            if under.kind == "directory":
                for child in tuple(self.children.get(path, ())):
                    self.remove(child, layer, "overwritten")
            self._hide(path, layer, "overwritten")
        self.nodes[path] = node
        self.origin[path] = layer

    def remove(self, path: str, by: int, how: Hiding) -> None:
        """Remove a path with everything below it."""
        if path == "/" or path not in self.nodes:
            return
        waiting = [path]
        while waiting:
            one = waiting.pop()
            waiting.extend(self.children.pop(one, ()))
            self._hide(one, by, how)
            del self.nodes[one]
            self.origin.pop(one, None)
        self.children[path.rpartition("/")[0] or "/"].pop(path, None)

    def _hide(self, path: str, by: int, how: Hiding) -> None:
        layer = self.origin.get(path)
        if layer is not None:
            self.hidden.append(Hidden(path, layer, by, how))

    def _attach(self, path: str, layer: int) -> None:
        """Make every path above ``path`` a directory, and add ``path`` to the last one."""
        directory = path.rpartition("/")[0] or "/"
        above = self.nodes.get(directory)
        if above is None or above.kind != "directory":
            for one in (*tuple(parents(directory))[1:], directory):
                self._directory(one, layer)
        # Reuse the directory's own string: an equal one would take memory.
        self.children.setdefault(self.nodes[directory].path, {})[path] = None

    def _directory(self, path: str, layer: int) -> None:
        node = self.nodes.get(path)
        if node is not None and node.kind == "directory":
            return
        if node is not None:
            self._hide(path, layer, "overwritten")
        else:
            self._allowance.take_parents(path)
            above = self.nodes[path.rpartition("/")[0] or "/"]
            self.children.setdefault(above.path, {})[path] = None
        self.nodes[path] = Node(path, "directory")
        self.origin[path] = layer
