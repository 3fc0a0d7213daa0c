"""The file system of an image as a value: every path with its owner, mode and link, no content.

``docker export`` streams an image as one tar. It is read once, in order, and only content that can
decide whether a program starts is kept: the facts in ELF files, the first line of scripts, and the
few files that the loader and the C library read. So a gigabyte takes some megabytes of memory and
no disk space.

Paths are resolved as the kernel does for a process whose root is the image: ``..`` stops at the
root, links are followed inside it, and forty of them are a loop (path_resolution(7)).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple

from bpkit.formats.elf import Clues, Elf

Kind = Literal["file", "directory", "link", "device", "fifo"]

_MOST_LINKS = 40


class Node(NamedTuple):
    """The entry at one path; ``path`` is absolute and contains no links.

    A tuple, since an image has tens of thousands of them, and creating a frozen dataclass takes
    four times as long.

    ``mode`` is the permission bits with set-id and sticky. ``target`` is a link's target, as
    written. ``elf`` are the facts in a binary, ``broken`` is why it can't be read; it may still be
    intact if it was ``partly_read``. ``text`` is the whole content of a small file that is needed
    (see ``bpkit.image.read``), else the beginning of an executable file that isn't a binary; for an
    archive of Java classes, the Java packages that these name. ``clues`` is None unless they were
    requested. ``time`` is in seconds since 1970, ``attributes`` are the extended ones. ``digest``
    is that of a file's content, empty unless it was requested.
    """

    path: str
    kind: Kind
    mode: int = 0o755
    uid: int = 0
    gid: int = 0
    size: int = 0
    target: str = ""
    elf: Elf | None = None
    broken: str = ""
    partly_read: bool = False
    text: bytes | None = None
    clues: Clues | None = None
    time: int = 0
    attributes: tuple[tuple[str, str], ...] = ()
    digest: bytes = b""


@dataclass(frozen=True)
class Identity:
    """A process's identity: its user and all its groups. User 0 can read and enter anything."""

    uid: int = 0
    gids: frozenset[int] = frozenset({0})


ROOT = Identity()


class LinkLoopError(Exception):
    """Following the links never ends (ELOOP)."""


@dataclass(frozen=True)
class Rootfs:
    """All paths in an image. ``nodes`` has the key ``/`` for the root, ``/usr`` for a directory."""

    nodes: Mapping[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", MappingProxyType(dict(self.nodes)))

    def resolve(self, path: str, directory: str = "/") -> Node | None:
        """The node at ``path`` (from ``directory``, if it is relative), with all links followed.

        None if it doesn't exist, if a link is broken, or if links form a loop.
        """
        try:
            return self.nodes.get(self.real_path(path, directory))
        except LinkLoopError:
            return None

    def real_path(self, path: str, directory: str = "/") -> str:
        """``path`` with all links followed; the last component need not exist.

        Raises LinkLoopError.
        """
        return _follow(self.nodes, path, directory)[0]

    def links_on(self, path: str, directory: str = "/") -> tuple[str, ...]:
        """The paths of the links that are followed on the way to ``path``, in order.

        Raises LinkLoopError.
        """
        return _follow(self.nodes, path, directory)[1]

    def file(self, path: str, directory: str = "/") -> Node | None:
        """The regular file at ``path``, or None."""
        node = self.resolve(path, directory)
        return node if node and node.kind == "file" else None

    def is_directory(self, path: str, directory: str = "/") -> bool:
        """Whether ``path`` is a directory, with all links followed."""
        node = self.resolve(path, directory)
        return node is not None and node.kind == "directory"

    def text(self, path: str) -> str | None:
        """The text of a small file that was kept, or None."""
        node = self.file(path)
        if node is None or node.text is None:
            return None
        return node.text.decode("utf-8", "surrogateescape")

    def below(self, directory: str) -> Iterator[Node]:
        """The direct entries of ``directory``, with links followed, sorted by name."""
        try:
            real = self.real_path(directory)
        except LinkLoopError:
            return
        for path in sorted(self.children.get(real, ())):
            yield self.nodes[path]

    @cached_property
    def children(self) -> Mapping[str, Sequence[str]]:
        """The paths in each directory that isn't empty, in the order of ``nodes``."""
        found: dict[str, list[str]] = {}
        for path in self.nodes:
            if path != "/":
                directory = path.rpartition("/")[0] or "/"
                if (children := found.get(directory)) is None:
                    # Reuse the existing string, if there is one: an equal one would take memory.
                    above = self.nodes.get(directory)
                    children = found[above.path if above else directory] = []
                children.append(path)
        return found

    def descendants(self, directory: str) -> Iterator[str]:
        """All paths below ``directory``, a path without links, at any depth.

        A directory's contents follow it, in the order of ``nodes``.
        """
        for path in self.children.get(directory, ()):
            yield path
            yield from self.descendants(path)

    def allowed(self, node: Node, who: Identity, bits: int) -> bool:
        """Whether ``who`` may do ``bits`` (4 read, 2 write, 1 execute or enter) with ``node``.

        ``who`` must be able to enter every directory on the way. Root may do anything except
        execute a file that isn't executable for anyone (capabilities(7), CAP_DAC_OVERRIDE).
        """
        return may(node, who, bits) and self.barred_at(node.path, who) is None

    def barred_at(self, path: str, who: Identity) -> Node | None:
        """The first directory above ``path`` (a path without links) that ``who`` can't enter."""
        for directory in parents(path):
            node = self.nodes.get(directory)
            if node and not may(node, who, 1):
                return node
        return None


def may(node: Node, who: Identity, bits: int) -> bool:
    """Whether the mode of ``node`` alone lets ``who`` do ``bits``."""
    if who.uid == 0:
        return node.kind == "directory" or not bits & 1 or bool(node.mode & 0o111)
    if node.uid == who.uid:
        granted = node.mode >> 6
    elif node.gid in who.gids:
        granted = node.mode >> 3
    else:
        granted = node.mode
    return granted & bits == bits


def parents(path: str) -> Iterator[str]:
    """The directories above an absolute ``path``, the root first."""
    yield "/"
    at = path.find("/", 1)
    while at > 0:
        yield path[:at]
        at = path.find("/", at + 1)


def directories_above(paths: Iterable[str]) -> Iterator[str]:
    """The directories above any of the paths, each once, and after those above it.

    A directory may have many files, of which all but the first are skipped.
    """
    known: set[str] = set()
    for path in paths:
        if (path.rpartition("/")[0] or "/") in known:
            continue
        for directory in parents(path):
            if directory not in known:
                known.add(directory)
                yield directory


def with_parents(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """``nodes`` with a directory added for every parent that is missing."""
    complete = dict(nodes)
    for directory in directories_above(nodes):
        if directory not in complete:
            complete[directory] = Node(directory, "directory")
    complete.setdefault("/", Node("/", "directory"))
    return complete


def layered(*layers: Rootfs) -> Rootfs:
    """The file system of the layers, later ones on top of earlier ones."""
    merged: dict[str, Node] = {}
    for layer in layers:
        for path, node in layer.nodes.items():
            under = merged.get(path)
            if under and under.kind == "directory" and node.kind != "directory":
                merged = {p: n for p, n in merged.items() if not p.startswith(f"{path}/")}
            merged[path] = node
    return Rootfs(merged)


def moved(node: Node, path: str) -> Node:
    """The same file under another name: a hard link, a copy."""
    return node._replace(path=path)


def _follow(nodes: Mapping[str, Node], path: str, directory: str) -> tuple[str, tuple[str, ...]]:
    absolute = path if path.startswith("/") else f"{directory}/{path}"
    waiting = absolute.split("/")[::-1]
    here = ""
    links: list[str] = []
    while waiting:
        part = waiting.pop()
        if part in {"", "."}:
            continue
        if part == "..":
            here = here.rpartition("/")[0]
            continue
        step = f"{here}/{part}"
        node = nodes.get(step)
        if node is None or node.kind != "link":
            here = step
            continue
        links.append(step)
        if len(links) > _MOST_LINKS:
            raise LinkLoopError(path)
        waiting.extend(node.target.split("/")[::-1])
        if node.target.startswith("/"):
            here = ""
    return here or "/", tuple(links)


def mode_text(node: Node) -> str:
    """The mode and owner as in ``ls -ln``: ``-rwxr-xr-x 0:0``."""
    letters = {"file": 0o100000, "directory": 0o040000, "link": 0o120000}
    kind = letters.get(node.kind, 0o100000)
    return f"{stat.filemode(kind | node.mode)} {node.uid}:{node.gid}"


def join(*parts: str) -> str:
    """Paths in an image, joined and normalized without following links."""
    return os.path.normpath("/".join(parts)).replace("//", "/")
