"""The cache of ldconfig, /etc/ld.so.cache, which maps a library's name to a file.

Source: glibc, sysdeps/generic/dl-cache.h and elf/dl-cache.c. The loader reads only this file, never
ld.so.conf: a directory in ld.so.conf takes effect with the next run of ldconfig.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_OLD_MAGIC = b"ld.so-1.7.0\0"
_NEW_MAGIC = b"glibc-ld.so.cache1.1"
_NEW_HEADER = 48
_NEW_ENTRY, _OLD_ENTRY = 24, 12
_LONGEST = 4096

#: The flags of an entry for each machine (by GOARCH), from _DL_CACHE_DEFAULT_ID in dl-cache.h.
_FLAGS = {
    "amd64": 0x0303,
    "386": 0x0003,
    "x32": 0x0803,
    "arm64": 0x0A03,
    "ppc64": 0x0503,
    "ppc64le": 0x0503,
    "s390x": 0x0403,
    "riscv64": 0x1003,
}


@dataclass(frozen=True)
class CacheEntry:
    """One line of ``ldconfig -p``. ``plain`` is false for a build for newer CPUs."""

    name: str
    path: str
    flags: int
    plain: bool = True

    def fits(self, machine: str) -> bool:
        """Whether the loader of this machine (as in ``Elf.machine``) uses the entry."""
        wanted = _FLAGS.get(machine)
        # Other machines have one flag for each float ABI; the file itself shows which it is.
        return self.flags & 0xFF == 3 if wanted is None else self.flags == wanted


@lru_cache(maxsize=8)
def by_name(content: bytes) -> Mapping[str, Sequence[CacheEntry]]:
    """The entries for each name; cached, since all programs in an image share the file."""
    entries: dict[str, list[CacheEntry]] = {}
    for entry in read_cache(content):
        entries.setdefault(entry.name, []).append(entry)
    return entries


def read_cache(content: bytes) -> tuple[CacheEntry, ...]:
    """The entries in the order of the file; empty if glibc wouldn't read it."""
    start = content.find(_NEW_MAGIC)
    try:
        if start >= 0:
            return tuple(_new_entries(content[start:]))
        if content.startswith(_OLD_MAGIC):
            return tuple(_old_entries(content))
    except struct.error:
        return ()
    return ()


def _new_entries(cache: bytes) -> list[CacheEntry]:
    """The new format, whose offsets of texts are relative to its own beginning."""
    if len(cache) < _NEW_HEADER:
        return []
    # The byte order is the machine's; older files lack the flag for it (2 little, 3 big).
    order = ">" if cache[28] & 3 == 3 else "<"
    (count,) = struct.unpack_from(f"{order}I", cache, 20)
    count = min(count, len(cache) // _NEW_ENTRY)
    found = []
    for number in range(count):
        at = _NEW_HEADER + number * _NEW_ENTRY
        flags, name, path, _, hwcap = struct.unpack_from(f"{order}iIIIQ", cache, at)
        found.append(CacheEntry(_text(cache, name), _text(cache, path), flags, not hwcap))
    return found


def _old_entries(cache: bytes) -> list[CacheEntry]:
    """The format before glibc 2.2, whose texts follow its entries."""
    (count,) = struct.unpack_from("<I", cache, len(_OLD_MAGIC))
    count = min(count, len(cache) // _OLD_ENTRY)
    texts = len(_OLD_MAGIC) + 4 + count * _OLD_ENTRY
    found = []
    for number in range(count):
        at = len(_OLD_MAGIC) + 4 + number * _OLD_ENTRY
        flags, name, path = struct.unpack_from("<iII", cache, at)
        found.append(CacheEntry(_text(cache, texts + name), _text(cache, texts + path), flags))
    return found


def _text(cache: bytes, start: int) -> str:
    end = cache.find(b"\0", start, start + _LONGEST)
    return cache[start : max(end, start)].decode("utf-8", "surrogateescape")
