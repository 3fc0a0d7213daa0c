"""Read a tar that streams out of ``docker export``: the members' headers and wanted content.

The standard library's reader isn't used: it creates an object of some 2 KB in 40 µs for each
member, which takes longer than the export itself for the 60,000 files of a large image. This reader
reads what the engines write (POSIX ustar and pax, GNU long names, base-256 numbers), verifies each
header's checksum, and refuses anything unknown. See tar(5) of libarchive and POSIX pax.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol
from zlib import adler32

from bpkit.image.rootfs import Kind, Node

_BLOCK = 512
_BUFFER = 1 << 20
_MOST_HEADER = 1 << 20

#: Name, mode with owner and group, size, time, checksum, type, link, magic with version, prefix of
#: the name.
_HEADER = struct.Struct("100s24s12s12s8sc100s8s80x155s12x")
_USTAR = b"ustar\0"
_ADLER = 65521
_WITHIN_FILE = "the stream is truncated within a file"
#: The prefix of a file's extended attributes in pax headers.
_ATTRIBUTE = "SCHILY.xattr."
_EXTENSIONS = frozenset({b"x", b"g", b"L", b"K"})
_WITH_CONTENT = frozenset({b"\0", b"0", b"7"})
_KINDS: dict[bytes, Kind] = {
    b"\0": "file",
    b"0": "file",
    b"1": "file",
    b"7": "file",
    b"2": "link",
    b"3": "device",
    b"4": "device",
    b"5": "directory",
    b"6": "fifo",
}


class TarError(Exception):
    """The stream isn't a tar, is truncated, or can't be decompressed; ``hint`` is what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Stream(Protocol):
    """An unbuffered source: a pipe, a file, bytes in memory."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill some of ``buffer``; the number of bytes, 0 at the end only."""


class Body:
    """The content of one file after another in a stream, all in one buffer.

    Most files in an image are small: the buffer holds many of them, and skipping one only advances
    an offset.
    """

    def __init__(self, stream: Stream, skip: Callable[[int], object] | None = None) -> None:
        """``skip`` skips a number of bytes of ``stream`` at once, if that is possible."""
        self._stream = stream
        self._skip = skip
        self._buffer = memoryview(bytearray(_BUFFER))
        #: The offsets in the buffer at which the file begins, and at which the read data ends.
        self._at = self._end = 0
        #: The number of bytes of the file that were read into ``pieces`` instead.
        self._elsewhere = 0
        self.size = 0

    @property
    def held(self) -> int:
        """The number of bytes of the file in memory."""
        return min(self.size, self._end - self._at)

    def header(self) -> memoryview:
        """The next block of the stream, cut short by its end; valid until the next call."""
        if self._end - self._at < _BLOCK:
            self._read(_BLOCK)
        start, self._at = self._at, min(self._at + _BLOCK, self._end)
        return self._buffer[start : self._at]

    def begin(self, size: int) -> None:
        """Start a file that consists of the next ``size`` bytes of the stream."""
        self.size = size

    def upto(self, size: int) -> memoryview:
        """The first ``size`` bytes of the file, or all of it; valid until the next call."""
        wanted = min(size, self.size)
        if self._end - self._at < wanted and not self._read(wanted):
            raise TarError(_WITHIN_FILE)
        return self._buffer[self._at : self._at + wanted]

    def pieces(self, start: int) -> Iterator[memoryview]:
        """The file from ``start`` on, where ``upto`` ended; a piece is valid until the next one.

        The result of ``upto`` stays valid.
        """
        yield self._buffer[self._at + start : self._at + self.held]
        piece = memoryview(bytearray(_BUFFER))
        while left := self.size - self.held - self._elsewhere:
            count = self._stream.readinto(piece[:left])
            if not count:
                raise TarError(_WITHIN_FILE)
            self._elsewhere += count
            yield piece[:count]

    def readinto(self, buffer: memoryview, /) -> int:
        """Move the next part of the file into ``buffer``; 0 at its end.

        This reads a tar within a tar as a stream. ``size`` is then the rest of the file.
        """
        count = min(len(buffer), self.held)
        if count:
            buffer[:count] = self._buffer[self._at : self._at + count]
            self._at += count
        elif self.size:
            count = self._stream.readinto(buffer[: min(len(buffer), self.size)]) or 0
            if not count:
                raise TarError(_WITHIN_FILE)
        self.size -= count
        return count

    def end(self, padding: int) -> None:
        """Skip the rest of the file, and ``padding`` after it."""
        self._at += self.size - self._elsewhere + padding
        if self._skip and self._at - self._end > _BUFFER:
            self._skip(self._at - self._end)
            self._at = self._end = 0
        while self._at > self._end:
            self._at -= self._end
            self._end = self._stream.readinto(self._buffer) or 0
            if not self._end:
                raise TarError(_WITHIN_FILE)
        self.size = self._elsewhere = 0

    def drain(self) -> None:
        """Read to the end: a writer reports a failure if its pipe is closed early."""
        while self._stream.readinto(self._buffer):
            pass

    def _read(self, size: int) -> bool:
        """Read the next ``size`` bytes into the buffer; False if the stream has fewer."""
        if self._at + size > len(self._buffer):
            rest = self._buffer[self._at : self._end]
            if size > len(self._buffer):
                self._buffer = memoryview(bytearray(size))
            self._buffer[: len(rest)] = rest
            self._at, self._end = 0, len(rest)
        while self._end - self._at < size:
            count = self._stream.readinto(self._buffer[self._end :])
            if not count:
                return False
            self._end += count
        return True


def members(body: Body, *, needs_end_mark: bool = True) -> Iterator[tuple[Node, str]]:
    """Each member as a node, and the path of the file that it is a hard link to, or "".

    The caller may read the member's content; the rest is skipped. The end mark may be missing if
    the archive's length is known otherwise. Raises TarError.
    """
    extended: dict[str, str] = {}
    while True:
        block = body.header()
        if not len(block) and not needs_end_mark and not extended:
            return
        if not (len(block) and block[0]) and not bytes(block).strip(b"\0"):
            if len(block) < _BLOCK:
                raise TarError("the stream is truncated: the archive's end mark is missing")
            body.drain()
            return
        kind, size, member = _member(block, extended)
        body.begin(size)
        padding = -size % _BLOCK
        if member is None:
            if size > _MOST_HEADER:
                raise TarError(f"an extended header has {size} bytes")
            extended |= _extension(kind, bytes(body.upto(size)))
        else:
            yield member
            extended.clear()
        body.end(padding)


def _member(
    block: memoryview, extended: dict[str, str]
) -> tuple[bytes, int, tuple[Node, str] | None]:
    """A header: its type, the size of the data after it, and the member, if it is one itself."""
    if len(block) < _BLOCK:
        raise TarError("the stream is truncated within a header")
    name, owner, size_field, time, checksum, kind, link, magic, prefix = _HEADER.unpack(block)
    # The checksum counts its own field as spaces. Half of Adler-32 (RFC 1950) is a sum, modulo
    # 65521, eight times as fast as sum().
    if adler32(block) & 0xFFFF != (_number(checksum) + sum(checksum) - 8 * 0x20 + 1) % _ADLER:
        raise TarError("a header's checksum is wrong: this is not a tar")
    size = _decimal(extended["size"]) if "size" in extended else _number(size_field)
    if kind in _EXTENSIONS:
        return kind, size, None
    if prefix[0] and magic.startswith(_USTAR):
        name = prefix.rstrip(b"\0") + b"/" + name.rstrip(b"\0")
    mode, uid, gid = _owner(owner)
    if "uid" in extended:
        uid = _decimal(extended["uid"])
    if "gid" in extended:
        gid = _decimal(extended["gid"])
    path = _absolute(extended.get("path") or _text(name))
    target = extended.get("linkpath") or (_text(link) if link[0] else "")
    what = _KINDS.get(kind)
    if what is None:
        raise TarError(f"{path}: the member has the unknown type {kind!r}")
    is_file = kind in _WITH_CONTENT
    node = Node(
        *(path, what, mode, uid, gid, size if is_file else 0, target if kind == b"2" else ""),
        time=_seconds(extended["mtime"]) if "mtime" in extended else _number_of(time),
        attributes=_attributes(extended) if extended else (),
    )
    return kind, node.size, (node, _absolute(target) if kind == b"1" else "")


def _extension(kind: bytes, content: bytes) -> dict[str, str]:
    """The contents of an extended header, about the member after it."""
    match kind:
        case b"L":
            return {"path": _text(content)}
        case b"K":
            return {"linkpath": _text(content)}
        case b"x":
            return dict(_pax_records(content))
        case _:
            return {}


def _pax_records(content: bytes) -> Iterator[tuple[str, str]]:
    """``17 path=some/name\\n``: the length counts the whole record."""
    while content:
        length, _, _ = content.partition(b" ")
        if not length.isdigit() or not 0 < int(length) <= len(content):
            raise TarError("a pax record has no length")
        record = content[len(length) + 1 : int(length) - 1]
        key, _, value = record.partition(b"=")
        yield _decoded(key), _decoded(value)
        content = content[int(length) :]


@lru_cache(maxsize=4096)  # Most members share mode and owner.
def _owner(field: bytes) -> tuple[int, int, int]:
    """Mode, owner and group."""
    return _number(field[:8]) & 0o7777, _number(field[8:16]), _number(field[16:])


def _number(field: bytes) -> int:
    """Octal text, or (GNU) a big number in base 256, which has its first bit set."""
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    digits = field.strip(b"\0 ") or b"0"
    if digits.isdigit():
        try:
            return int(digits, 8)
        except ValueError:
            pass
    raise TarError("it is not a tar archive, or a header in it is damaged")


_number_of = lru_cache(maxsize=4096)(_number)  # Most members share their time.


def _seconds(text: str) -> int:
    """``1350244992.023960108`` without its fraction; a time before 1970 is negative."""
    whole, _, _ = text.removeprefix("-").partition(".")
    return -_decimal(whole) if text.startswith("-") else _decimal(whole)


def _attributes(extended: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            (key.removeprefix(_ATTRIBUTE), value)
            for key, value in extended.items()
            if key.startswith(_ATTRIBUTE)
        )
    )


def _decimal(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        raise TarError("a number in an extended header is not valid")
    return int(text)


def _text(field: bytes) -> str:
    return _decoded(field.split(b"\0", 1)[0])


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _absolute(name: str) -> str:
    """``./usr/bin/`` as ``/usr/bin``."""
    if "//" in name or "/." in name or name.startswith("."):
        return os.path.normpath(f"/{name}").replace("//", "/", 1)
    return f"/{name.strip('/')}"
