"""bpkit's memory between runs: small JSON files in the user's cache directory.

Nobody should have to repair a cache, so what can't be used counts as absent: another user's
file, one of a size that bpkit never writes, one that is nested too deeply, or a named pipe,
which would block the reader. The next run that remembers something replaces it.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bpkit.project.kept_bytes import LARGEST, cache_place, is_mine, read_kept_bytes


def cache_directory() -> Path:
    """The directory of bpkit's cache; it may not exist."""
    return Path(cache_place())


def read_kept(path: Path) -> object:
    """What ``write_kept`` wrote to this file of the cache; None if it can't be read."""
    text = read_kept_bytes(str(path))
    if text is None:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def write_kept(path: Path, data: object) -> bool:
    """Write ``data`` as JSON to a file of the cache, all or nothing, and return whether it worked.

    Whatever is in its place is replaced.
    """
    return write_kept_bytes(path, json.dumps(data).encode())


def write_kept_bytes(path: Path, data: bytes) -> bool:
    """The same for bytes."""
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        os.replace(name, path)
    except OSError:
        if name:
            Path(name).unlink(missing_ok=True)
        return False
    return True


def broken_kept() -> Iterator[tuple[Path, str]]:
    """The files in the cache directory that can't be used, and why."""
    top = cache_directory()
    if not os.path.lexists(top):
        return
    if not top.is_dir():
        yield top, "is not a directory"
        return
    for path in sorted(top.rglob("*.json")):
        if read_kept(path) is None:
            yield path, _why(path)


def _why(path: Path) -> str:
    try:
        status = path.lstat()
    except OSError as error:
        return f"can't be read: {error.strerror}"
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file"
    if not is_mine(status):
        return "belongs to another user"
    return "is too large" if status.st_size > LARGEST else "is not JSON that bpkit wrote"
