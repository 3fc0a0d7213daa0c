"""What is recorded about each file while an image is read: its digest, and signs of its origin.

For a package database that is its text, for a package.json its version, for a binary the number of
bytes that are never loaded and its Go modules. Everything is keyed by the content's digest, because
only the last layer decides which of several versions of a file counts.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from bpkit.image import Body, Node

_PIECE = 1 << 20
#: Images with compilers have the largest RPM databases, about 40 MB.
_MOST_KEPT = 48 << 20
_MOST_HELD = 64 << 20
_ELF = b"\x7fELF"

_DATABASES = re.compile(
    r"/var/lib/dpkg/(?:status|diversions|status\.d/[^/]+|info/[^/]+\.list)"
    r"|/(?:usr/)?lib/apk/db/installed"
    r"|/var/lib/apt/extended_states"
    r"|/(?:var/lib/rpm|usr/lib/sysimage/rpm)/rpmdb\.sqlite"
    r"|.*\.dist-info/RECORD"
    r"|.*\.egg-info/top_level\.txt"
    r"|.*/conda-meta/[^/]+\.json"
    r"|(?:.*/)?node_modules/\.package-lock\.json"
)
#: Rules out most paths as databases, without the pattern.
_DATABASE_BEGINS = ("/var/lib/", "/lib/apk/", "/usr/lib/apk/", "/usr/lib/sysimage/")
_DATABASE_ENDS = ("/RECORD", "/top_level.txt", "/.package-lock.json")
_NODE_PACKAGE = re.compile(r"(?:.*/)?node_modules/(?:@[^/]+/)?[^/@]+/package\.json")


@dataclass
class Inventory:
    """Reads each file in an image once. All fields are keyed by the content's digest.

    ``versions`` are those in package.json files, ``unloaded`` the bytes of sections that are never
    loaded, ``modules`` Go's build information. ``left_out`` are package databases that are too
    large to keep.
    """

    versions: dict[bytes, str] = field(default_factory=dict)
    unloaded: dict[bytes, int] = field(default_factory=dict)
    modules: dict[bytes, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    _texts: dict[bytes, bytes] = field(default_factory=dict)
    _held: int = 0

    def at(self, node: Node, body: Body) -> Node:
        """``node`` with its digest."""
        size = body.size
        first = body.upto(min(size, _PIECE))
        found = hashlib.sha256(first)
        scan = ElfScan(bytes(first), size) if first[:4] == _ELF else None
        compressor = zlib.compressobj(1) if self._keeps(node) else None
        kept = compressor.compress(first) if compressor else b""
        if size > len(first):
            for piece in body.pieces(len(first)):
                found.update(piece)
                if scan:
                    scan.feed(bytes(piece))
                if compressor:
                    kept += compressor.compress(piece)
        digest = found.digest()
        if scan:
            self._note(digest, scan)
        if compressor and digest not in self._texts:
            self._texts[digest] = kept + compressor.flush()
            self._held += len(self._texts[digest])
        elif (
            node.path.endswith("/package.json")
            and _NODE_PACKAGE.fullmatch(node.path)
            and (version := _version(bytes(first)))
        ):
            self.versions[digest] = version
        return node._replace(digest=digest)

    def text(self, digest: bytes) -> bytes | None:
        """The package database with this digest, if it was kept."""
        data = self._texts.get(digest)
        return None if data is None else zlib.decompress(data)

    def again(self, path: str, first: str) -> None:
        """A hard link has the digest of its file already."""

    def _keeps(self, node: Node) -> bool:
        path = node.path
        if not (
            path.endswith(_DATABASE_ENDS)
            or path.startswith(_DATABASE_BEGINS)
            or "/conda-meta/" in path
        ):
            return False
        if not _DATABASES.fullmatch(path):
            return False
        # They are kept compressed, most to a quarter of their size.
        if node.size > _MOST_KEPT or self._held + node.size // 4 > _MOST_HELD:
            self.left_out.append(node.path)
            return False
        return True

    def _note(self, digest: bytes, scan: ElfScan) -> None:
        if unloaded := scan.unloaded():
            self.unloaded[digest] = unloaded
        if scan.modules:
            self.modules[digest] = scan.modules


def _version(text: bytes) -> str:
    """The version in a package.json; empty if it has none."""
    try:
        said = json.loads(text)["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return said[:80] if isinstance(said, str) else ""


_GO = b"\xff Go buildinf:"
_MOST_MODULES = 1 << 18
_SHF_ALLOC = 2
_SHT_NULL, _SHT_SYMTAB, _SHT_NOTE, _SHT_NOBITS = 0, 2, 7, 8
#: The most that may follow the end of a program in its file.
_ALIGNED = 64
_MOST_SECTIONS = 20_000


class ElfScan:
    """The section headers of a binary that is read in pieces, and Go's build information.

    Sources: System V ABI, chapter 4 (sections); Go, debug/buildinfo.
    """

    def __init__(self, first: bytes, size: int) -> None:
        self.modules = ""
        self._headers = bytearray()
        self._span = _section_headers(first, size)
        self._is_linked = first[16:18] in {b"\2\0", b"\3\0", b"\0\2", b"\0\3"}
        self._at = 0
        self._tail = b""
        self._go = bytearray()
        self.feed(first)

    def feed(self, piece: bytes) -> None:
        """Scan the next bytes of the file."""
        start, end = self._span[:2]
        if start < self._at + len(piece) and end > self._at:
            self._headers += piece[max(0, start - self._at) : end - self._at]
        self._at += len(piece)
        if self.modules:
            return
        if self._go:
            self._go += piece[: _MOST_MODULES - len(self._go)]
        elif (where := (self._tail + piece[: len(_GO)]).find(_GO)) >= 0:
            self._go = bytearray((self._tail + piece[:_MOST_MODULES])[where:])
        elif (where := piece.find(_GO)) >= 0:
            self._go = bytearray(piece[where : where + _MOST_MODULES])
        if self._go:
            self.modules = _go_modules(bytes(self._go))
        self._tail = piece[-len(_GO) :]

    def unloaded(self) -> int:
        """The bytes that strip removes: everything after the loaded part, except a few sections.

        0 for an object file, which needs its symbols, and for a program with data appended, which
        strip would remove too.
        """
        _, end, width, order, names = self._span
        if not width or not self._is_linked:
            return 0
        loaded = last = kept = 0
        has_symbols = False
        for number, at in enumerate(range(0, len(self._headers) - width + 1, width)):
            header = bytes(self._headers[at : at + width])
            form = f"{order}4xIQ8xQQ" if width == 64 else f"{order}4xII4xII"
            kind, flags, offset, size = struct.unpack_from(form, header)
            if kind == _SHT_NULL:
                continue
            on_disk = 0 if kind == _SHT_NOBITS else size
            last = max(last, offset + on_disk)
            if flags & _SHF_ALLOC:
                loaded = max(loaded, offset + on_disk)
            has_symbols |= kind == _SHT_SYMTAB
            if flags & _SHF_ALLOC:
                kept += width
            elif number == names or kind == _SHT_NOTE:
                kept += width + size
        # In a stripped file, this is a link to its debug information, and padding.
        if not has_symbols or self._at > max(last, end) + _ALIGNED:
            return 0
        return max(0, self._at - loaded - kept - width)


def _section_headers(first: bytes, size: int) -> tuple[int, int, int, str, int]:
    """The section headers' start, end, width and byte order, and the index of the names."""
    none = (0, 0, 0, "<", 0)
    if len(first) < 64:
        return none
    order = "<" if first[5] == 1 else ">"
    if first[4] == 2:
        start, width, count, names = struct.unpack_from(f"{order}40xQ10xHHH", first)
        known = 64
    else:
        start, width, count, names = struct.unpack_from(f"{order}32xI10xHHH", first)
        known = 40
    end = start + width * count
    if width != known or not 0 < count < _MOST_SECTIONS or not start or end > size:
        return none
    return start, end, width, order, names


def _go_modules(data: bytes) -> str:
    """The text of Go's build information at the start of ``data``; empty if it isn't complete yet.

    Since Go 1.18, the header of 32 bytes is followed by two strings: Go's version and the modules.
    """
    if len(data) < 33 or not data[15] & 2:
        return ""
    at = 32
    texts = []
    for _ in range(2):
        length = shift = 0
        while True:
            if at >= len(data) or shift > 28:
                return ""
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if at + length > len(data):
            return ""
        texts.append(data[at : at + length])
        at += length
    # Sixteen bytes before and after it mark the modules for programs that search for them.
    return texts[1][16:-16].decode("utf-8", "replace")


def go_paths(text: str) -> Iterator[tuple[str, str, str]]:
    """``mod``, ``dep`` or ``path``, with the path and the version, of each line."""
    for line in text.splitlines():
        kind, *rest = line.split("\t")
        if kind in {"path", "mod", "dep"} and rest:
            yield kind, rest[0], rest[1] if len(rest) > 1 else ""
