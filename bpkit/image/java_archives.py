"""The packages of Java's own library that an archive of Java classes uses."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile

#: A class name in another class: its package with slashes, and a name that begins with a capital.
_CLASS = re.compile(
    rb"((?:javax?|jdk|sun|com/sun|org/(?:w3c|xml|ietf))(?:/[a-z][a-z0-9_]*)+)/(?=[A-Z])"
)
_MOST_ARCHIVE = 64 << 20
_MOST_CLASS = 1 << 20


def packages_named(archive: bytes) -> bytes:
    """The packages that the archive's classes name and that aren't its own, one per line, as
    ``java/sql``; empty if it isn't such an archive."""
    if len(archive) >= _MOST_ARCHIVE:
        return b""
    # Imported here, since few images have such an archive.
    import zipfile

    try:
        opened = zipfile.ZipFile(io.BytesIO(archive))
    except zipfile.BadZipFile:
        return b""
    with opened:
        names = [entry.filename for entry in opened.infolist()]
        own = {name.rpartition("/")[0].encode() for name in names}
        found = {package for content in _classes(opened) for package in _CLASS.findall(content)}
    return b"\n".join(sorted(found - own))


def _classes(opened: zipfile.ZipFile) -> Iterator[bytes]:
    import zipfile
    import zlib

    for entry in opened.infolist():
        if not entry.filename.endswith(".class") or entry.file_size > _MOST_CLASS:
            continue
        try:
            yield opened.read(entry)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
            # One unreadable class doesn't make the others unreadable.
            continue
