"""RPM: its SQLite database (since rpm 4.16), and the owners of files.

A header is two numbers, entries of four numbers, and the data: rpm, docs/manual/hdr_format.md.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from bpkit.verbs.size.packages.model import Files, Package

_RPM = ("/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite")
_LOG = "-wal"
#: The bytes that say whether changes are in a log beside the database, and their values if not
#: (SQLite, fileformat2.html, 1.3.3).
_FORMATS = slice(18, 20)
_NO_LOG = b"\x01\x01"

_NAME, _VERSION, _RELEASE, _EPOCH = 1000, 1001, 1002, 1003
_DIRECTORY_OF, _BASE_NAMES, _DIRECTORIES = 1116, 1117, 1118
_WANTED = frozenset({_NAME, _VERSION, _RELEASE, _EPOCH, _DIRECTORY_OF, _BASE_NAMES, _DIRECTORIES})
#: Steps of SQLite's virtual machine, about ten per package.
_ROUND, _MOST_ROUNDS = 100_000, 100
_MOST_HEADERS = 256 << 20
_INT32, _STRING, _STRINGS = 4, 6, 8


def read_rpm(files: Files) -> None:
    """Assign the files of RPM packages to their packages."""
    for path in _RPM:
        data = files.data(path)
        if data is None:
            continue
        log = files.rootfs.file(f"{path}{_LOG}")
        if log and log.size:
            files.unread.append(f"{path}{_LOG}: changes that are not in the database itself")
        if not hasattr(sqlite3.Connection, "deserialize"):
            files.unread.append(f"{path}: Python 3.11 or later reads it")
            continue
        try:
            for header in _headers(data):
                _package(files, header)
        except (sqlite3.Error, struct.error, IndexError, TypeError) as error:
            files.unread.append(f"{path}: {error}")


def _headers(data: bytes) -> Iterator[bytes]:
    """The headers in a database. Raises sqlite3.Error.

    The file is untrusted. With a view instead of the table, or pages in a cycle, reading it might
    never end, so the number of steps is limited.
    """
    # In memory there is no log, and SQLite can't open a database that is marked as having one.
    whole = bytearray(data)
    whole[_FORMATS] = _NO_LOG
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(whole)  # type: ignore[attr-defined,unused-ignore]
        database.execute("PRAGMA trusted_schema = OFF")
        table = "SELECT type FROM sqlite_master WHERE name = 'Packages'"
        if database.execute(table).fetchall() != [("table",)]:
            raise sqlite3.DatabaseError("it has no table of packages")
        rounds = iter(range(_MOST_ROUNDS))
        database.set_progress_handler(lambda: next(rounds, None) is None, _ROUND)
        left = _MOST_HEADERS
        for (blob,) in database.execute("SELECT blob FROM Packages"):
            header = bytes(blob)
            left -= len(header)
            if left < 0:
                raise sqlite3.DatabaseError("it has more headers than bytes")
            yield header


def _package(files: Files, blob: bytes) -> None:
    tags = dict(_tags(blob))
    name = tags.get(_NAME)
    if not name:
        return
    version = "-".join(str(tags[tag][0]) for tag in (_VERSION, _RELEASE) if tags.get(tag))
    if tags.get(_EPOCH):
        version = f"{tags[_EPOCH][0]}:{version}"
    package = Package("rpm", name[0], version)
    directories, bases = tags.get(_DIRECTORIES, []), tags.get(_BASE_NAMES, [])
    for base, number in zip(bases, tags.get(_DIRECTORY_OF, []), strict=False):
        files.own(f"{directories[number]}{base}", package)


def _tags(blob: bytes) -> Iterator[tuple[int, list[Any]]]:
    count, size = struct.unpack_from(">II", blob)
    start = 8 + 16 * count
    data = blob[start : start + size]
    for number in range(min(count, 10_000)):
        tag, kind, offset, items = struct.unpack_from(">IIII", blob, 8 + 16 * number)
        if tag not in _WANTED:
            continue
        if kind == _INT32:
            yield tag, list(struct.unpack_from(f">{items}I", data, offset))
        elif kind in {_STRING, _STRINGS}:
            texts = data[offset:].split(b"\0", items)[:items]
            yield tag, [text.decode("utf-8", "surrogateescape") for text in texts]
