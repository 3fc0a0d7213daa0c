"""Read a root file system: a tar that streams out of ``docker export``, or a directory.

Only what ``Node`` holds is kept of each file. While a binary is read, its first 16 MiB are in
memory, and of a larger one its dynamic section, wherever it is, so an image of any size takes
little memory.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bpkit.formats.elf import (
    Content,
    ElfError,
    TextScan,
    clues_of,
    default_directories,
    dynamic_section,
    is_elf,
    is_loader,
    read_elf,
)
from bpkit.image.packages import is_database
from bpkit.image.rootfs import Kind, Node, Rootfs, moved, with_parents
from bpkit.image.tar import Body, Stream, TarError, members

__all__ = ["LookInto", "TarError", "Witness", "read_directory", "read_tar"]

# A program with all of Haskell's dynamic symbols needs its first 51 MB.
_MOST_HELD = 64 << 20
_MOST_TEXT = 1 << 20
#: The largest text kept is a package database.
_MOST_DATABASE = 32 << 20
#: The number of bytes of a script that the kernel reads (BINPRM_BUF_SIZE).
_HEAD = 256
#: The number of bytes of a script kept to find out what it starts.
_MOST_SCRIPT = 1 << 16
#: Names of shells at the end of a script's first line, or before their options.
_SHELL_LINE = re.compile(
    rb"(?:\xef\xbb\xbf)?#![^\n]*?\b(?:sh|ash|bash|dash|ksh|zsh)\b[^\n]*(?:\n|$)"
)

_TEXTS = frozenset(
    {
        "/etc/passwd",
        "/etc/group",
        "/etc/nsswitch.conf",
        "/etc/ld.so.conf",
        "/etc/ld.so.cache",
        "/etc/ld.so.preload",
    }
)
_TEXT_PREFIX = "/etc/ld.so.conf.d/"
#: musl looks for its path file relative to its loader's directory.
_MUSL_PATHS = "/etc/ld-musl-"

#: The description file of a Java runtime, and the first bytes of an archive of classes.
_RELEASE, _JAVA, _ZIP = "/release", b"JAVA_", b"PK\3\4"

LookInto = Callable[[str], bool]


class Witness(Protocol):
    """Looks at the content of some files while they are read."""

    def wants(self, node: Node) -> int:
        """The most bytes of the file to hold for the witness; 0 for none."""

    def sees(self, node: Node, content: memoryview) -> None:
        """Look at the file's wanted content, which is valid only during the call."""

    def sees_again(self, path: str, first: str) -> None:
        """Note that ``path`` is a hard link to the file at ``first``, which has been read."""


def nowhere(_path: str) -> bool:
    """False: no clues are needed for any path."""
    return False


def read_tar(
    stream: Stream, look_into: LookInto = nowhere, witness: Witness | None = None
) -> Rootfs:
    """The file system in a tar, in one pass.

    ``look_into`` selects the binaries, by path, whose clues are needed. Raises TarError.
    """
    nodes: dict[str, Node] = {}
    facts = FileFacts(look_into, witness)
    body = Body(stream)
    for node, same_as in members(body):
        if same_as:
            target = nodes.get(same_as)
            if target:
                nodes[node.path] = moved(target, node.path)
                facts.again(node.path, target.path)
            continue
        nodes[node.path] = facts.at(node, body) if body.size else node
    return Rootfs(with_parents(nodes))


@dataclass(frozen=True)
class FileFacts:
    """Reads from files what decides whether a program starts, and shows them to a witness.

    ``look_into`` selects the binaries, by path, whose clues are needed.
    """

    look_into: LookInto = nowhere
    witness: Witness | None = None

    def at(self, node: Node, body: Body) -> Node:
        """``node`` with the facts in its content, which isn't empty."""
        if self.witness and (wanted := self.witness.wants(node)):
            self.witness.sees(node, body.upto(wanted))
        return _with_content(node, body, self.look_into)

    def again(self, path: str, first: str) -> None:
        """Note that ``path`` is a hard link to the file at ``first``, which has been read."""
        if self.witness:
            self.witness.sees_again(path, first)


def read_directory(root: Path, look_into: LookInto = nowhere) -> Rootfs:
    """The file system below ``root`` on this machine, as if root owned everything.

    Raises OSError.
    """
    nodes: dict[str, Node] = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        node = Node(
            path=f"/{path.relative_to(root)}",
            kind=_kind_of(status.st_mode),
            mode=stat.S_IMODE(status.st_mode),
            size=status.st_size,
            target=os.readlink(path) if path.is_symlink() else "",
        )
        if node.kind == "file" and node.size:
            with path.open("rb", buffering=0) as stream:
                body = Body(stream)
                body.begin(node.size)
                node = _with_content(node, body, look_into)
        nodes[node.path] = node
    return Rootfs(with_parents(nodes))


def _with_content(node: Node, body: Body, look_into: LookInto) -> Node:
    """``node`` with the facts in its content that decide whether a program starts."""
    path = node.path
    if path in _TEXTS or path.startswith(_TEXT_PREFIX) or _MUSL_PATHS in path:
        return node._replace(text=bytes(body.upto(_MOST_TEXT)))
    if is_database(path):
        return node._replace(text=bytes(body.upto(_MOST_DATABASE)))
    head = bytes(body.upto(_HEAD))
    if path.endswith(".jar") and head.startswith(_ZIP) and look_into(path):
        from bpkit.image.java_archives import packages_named

        return node._replace(text=packages_named(bytes(body.upto(_MOST_HELD))))
    if path.endswith(_RELEASE) and _JAVA in head:
        return node._replace(text=bytes(body.upto(_MOST_SCRIPT)))
    if is_elf(head):
        return _with_facts(node, body, look_into)
    if _SHELL_LINE.match(head) or (look_into(path) and b"\0" not in head):
        return node._replace(text=bytes(body.upto(_MOST_SCRIPT)))
    if node.mode & 0o111 or head.startswith(b"#!"):
        return node._replace(text=head)
    return node


def _with_facts(node: Node, body: Body, look_into: LookInto) -> Node:
    scan = TextScan() if look_into(node.path) else None
    try:
        content = _held(body, scan)
        elf = read_elf(content)
        if is_loader(elf):
            elf = replace(elf, default_directories=default_directories(bytes(content[0:])))
        clues = clues_of(content, elf, scan) if scan else None
    except ElfError as error:
        return node._replace(broken=str(error), partly_read=node.size > _MOST_HELD)
    return node._replace(elf=elf, clues=clues)


@dataclass(frozen=True)
class _Parts:
    """The kept parts of a large file: its beginning, and a part from ``start`` on."""

    head: memoryview
    start: int
    part: bytes

    def __getitem__(self, span: slice, /) -> bytes | memoryview:
        begin = span.start or 0
        if begin < len(self.head):
            return self.head[span]
        end = len(self.part) if span.stop is None else span.stop - self.start
        return self.part[begin - self.start : end] if begin >= self.start else b""


def _held(body: Body, scan: TextScan | None) -> Content:
    """The binary, or its kept parts; ``scan`` sees all of it. Raises ElfError."""
    # More of it may be held already for a witness.
    head = body.upto(max(_MOST_HELD, body.held))
    if scan:
        for start in range(0, len(head), 1 << 20):
            scan.feed(head[start : start + (1 << 20)])
    if body.size == len(head):
        return head
    start, size = dynamic_section(head)
    if scan is None and start + size <= len(head):
        return head
    part = bytearray()
    at = len(head)
    for piece in body.pieces(len(head)):
        if scan:
            scan.feed(piece)
        part += piece[max(0, start - at) : max(0, start + size - at)]
        at += len(piece)
    return _Parts(head, start, bytes(part))


def _kind_of(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "directory"
    if stat.S_ISLNK(mode):
        return "link"
    return "fifo" if stat.S_ISFIFO(mode) else "device"
