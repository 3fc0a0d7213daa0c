"""What bpkit remembers between runs, in the user's cache directory: small JSON files.

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

#: bpkit writes no larger files.
LARGEST = 4 << 20


def cache_directory() -> Path:
    """Where bpkit keeps what it remembers; it may not exist."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(cache, "bpkit")


def read_kept(path: Path) -> object:
    """What ``write_kept`` wrote to this file of the cache; None if it can't be read."""
    text = _text(path)
    if text is None:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(path: Path) -> str | None:
    # Without O_NONBLOCK, opening a named pipe waits for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not _is_mine(status) or status.st_size > LARGEST:
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST).decode("utf-8")
    except (OSError, ValueError):
        return None
    finally:
        os.close(descriptor)


def _is_mine(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def write_kept(path: Path, data: object) -> bool:
    """Write ``data`` to a file of the cache, whole or not at all; whether that worked.

    Whatever is there in its place makes room.
    """
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(data, file)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        os.replace(name, path)
    except OSError:
        if name:
            Path(name).unlink(missing_ok=True)
        return False
    return True


def broken_kept() -> Iterator[tuple[Path, str]]:
    """What in the cache directory can't be used, and why."""
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
    if not _is_mine(status):
        return "belongs to another user"
    return "is too large" if status.st_size > LARGEST else "is not JSON that bpkit wrote"
