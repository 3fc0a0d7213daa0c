"""One layer: the files it adds, and the paths it removes from the layers below.

Source: OCI image specification, layer.md. ``.wh.NAME`` removes NAME from the layers below,
``.wh..wh..opq`` everything in its directory there; other names that begin with ``.wh..wh.`` are
metadata of the aufs driver. A tar from outside is treated as data: nothing is unpacked, a path with
``..`` stays inside the root, and paths, links and attributes are counted so that no archive takes
more memory than an image may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bpkit.image.rootfs import Node, moved
from bpkit.image.tar import Body, Stream, TarError, members

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_AUFS = ".wh..wh."

#: CUDA and conda images have 300,000 files; Linux allows paths of up to 4,096 bytes.
MOST_MEMBERS = 1_500_000
MOST_PATH = 4096
MOST_TEXT = 100_000_000


class Look(Protocol):
    """Looks at an image's files while they are read."""

    def at(self, node: Node, body: Body) -> Node:
        """``node`` with the wanted facts from its content, which isn't empty."""

    def again(self, path: str, first: str) -> None:
        """Note that ``path`` is a hard link to the file at ``first``, which has been read."""


@dataclass(frozen=True)
class Layer:
    """A layer by the name of its blob. ``nodes`` are in the order of its tar.

    ``linked`` maps a file's other names to its first one: its bytes exist once. ``removed`` are
    paths that it removes from the layers below, ``emptied`` the directories whose contents below
    are all removed. ``files_size`` are the bytes of all files, ``links_size`` those of the targets
    of symbolic links, which the overlay2 driver counts too when it loads an image. ``compressed``
    is the size in a registry, ``is_estimated`` unless it was read.
    """

    name: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    linked: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    files_size: int = 0
    links_size: int = 0
    compressed: int = 0
    is_estimated: bool = True

    @property
    def size(self) -> int:
        """The size as the overlay2 driver counts a loaded layer (moby, pkg/directory)."""
        return self.files_size + self.links_size


class LayerAllowance:
    """The remaining limits for an image: members, and bytes of paths, links and attributes."""

    def __init__(self, members: int = MOST_MEMBERS, text: int = MOST_TEXT) -> None:
        self._members, self._text = members, text

    def take(self, node: Node, first: str) -> None:
        """Count a member. Raises TarError if there are too many, or its path is too long."""
        length = len(node.path) + len(node.target) + len(first)
        if _bytes(node.path) > MOST_PATH or length > 3 * MOST_PATH:
            raise TarError(f"a path has more than {MOST_PATH} bytes")
        for key, value in node.attributes:
            length += len(key) + len(value)
        self._members -= 1
        self._text -= length
        if self._members < 0 or self._text < 0:
            raise TarError("it has more files, or more text in their paths, than an image may have")

    def take_parents(self, path: str) -> None:
        """Count a directory that isn't a member itself."""
        self.take(Node(path, "directory"), "")


def read_layer(name: str, stream: Stream, look: Look, allowance: LayerAllowance) -> Layer:
    """The layer in an uncompressed tar. Raises TarError."""
    nodes: dict[str, Node] = {}
    linked: dict[str, str] = {}
    removed: list[str] = []
    emptied: list[str] = []
    body = Body(stream)
    for node, first in members(body, needs_end_mark=False):
        allowance.take(node, first)
        directory, _, base = node.path.rpartition("/")
        if base.startswith(_WHITEOUT):
            if base == _OPAQUE:
                emptied.append(directory or "/")
            elif not base.startswith(_AUFS):
                removed.append(f"{directory}/{base.removeprefix(_WHITEOUT)}")
            continue
        if first:
            owner = linked.get(first, first)
            if owner in nodes and owner != node.path:
                nodes[node.path] = moved(nodes[owner], node.path)
                linked[node.path] = owner
                look.again(node.path, owner)
            continue
        if node.path == "/" and node.kind != "directory":
            continue
        if node.path in nodes:
            # Of two members of the same name, an engine unpacks the later one last.
            del nodes[node.path]
            linked.pop(node.path, None)
        nodes[node.path] = look.at(node, body) if body.size else node
    linked = {path: owner for path, owner in linked.items() if owner in nodes}
    own = [node for path, node in nodes.items() if path not in linked]
    return Layer(
        name,
        nodes,
        linked,
        tuple(removed),
        tuple(emptied),
        files_size=sum(node.size for node in own),
        links_size=sum(_bytes(node.target) for node in own),
    )


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
