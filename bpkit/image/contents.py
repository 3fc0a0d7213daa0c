"""The metadata of every path in a tar of an image's file system, and a digest of its content.

The tar is read once, as it streams: nothing is unpacked, and only the content's SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import posixpath
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import IO

_BLOCK = 1 << 20
_KINDS = {
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "link",
    tarfile.CHRTYPE: "character device",
    tarfile.BLKTYPE: "block device",
    tarfile.FIFOTYPE: "fifo",
}
_XATTR = "SCHILY.xattr."

#: Files that an engine puts into every container, which ``export`` includes.
ENGINE_OWN = frozenset(
    {".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/mtab"}
)


@dataclass(frozen=True, slots=True)
class ContentsItem:
    """One path. ``mode`` is the permission bits with set-id and sticky, ``size`` in bytes.

    ``digest`` is that of a file's content, ``target`` a link's target; ``names`` is the number of a
    file's hard links. ``attributes`` are the extended ones. ``time`` is in seconds since 1970.
    """

    kind: str
    mode: int
    uid: int
    gid: int
    size: int = 0
    digest: str = ""
    target: str = ""
    names: int = 1
    attributes: tuple[tuple[str, str], ...] = ()
    time: int = 0


@dataclass(frozen=True)
class Contents:
    """An image's items by path, relative to its root."""

    items: Mapping[str, ContentsItem] = field(default_factory=dict)


class ContentsError(Exception):
    """The stream isn't a tar, or is truncated."""


def read_contents(stream: IO[bytes]) -> Contents:
    """The items of a tar (``docker export``), to its end. Raises ContentsError."""
    items: dict[str, ContentsItem] = {}
    names: dict[str, list[str]] = {}
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=_BLOCK) as tar:
            for member in tar:
                # tarfile keeps every member, which takes too much memory for a large image.
                tar.members = []  # type: ignore[attr-defined]
                path = posixpath.normpath(member.name).lstrip("/")
                if member.islnk():
                    first = posixpath.normpath(member.linkname).lstrip("/")
                    names.setdefault(first, [first]).append(path)
                    continue
                items[path] = _item(tar, member)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ContentsError(str(error)) from error
    for first, group in names.items():
        if first in items:
            item = items[first]
            for path in group:
                items[path] = replace(item, names=len(group))
    return Contents({path: item for path, item in items.items() if path not in ENGINE_OWN})


def _item(tar: tarfile.TarFile, member: tarfile.TarInfo) -> ContentsItem:
    kind = _KINDS.get(member.type, "file")
    return ContentsItem(
        kind=kind,
        mode=member.mode & 0o7777,
        uid=member.uid,
        gid=member.gid,
        size=member.size if kind == "file" else 0,
        digest=_digest(tar, member) if kind == "file" else "",
        target=_target(member, kind),
        attributes=tuple(
            sorted(
                (name.removeprefix(_XATTR), value)
                for name, value in member.pax_headers.items()
                if name.startswith(_XATTR)
            )
        ),
        time=int(member.mtime),
    )


def _target(member: tarfile.TarInfo, kind: str) -> str:
    if kind == "link":
        return member.linkname
    return f"{member.devmajor},{member.devminor}" if "device" in kind else ""


def _digest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    found = hashlib.sha256()
    content = tar.extractfile(member)
    assert content is not None
    while block := content.read(_BLOCK):
        found.update(block)
    return found.hexdigest()
