"""Reads one of the project's files: the one place that refuses a FIFO or a device.

Opening a FIFO would block until another process writes to it.
"""

from __future__ import annotations

import stat
from pathlib import Path

from bpkit.errors import InputError, Place


def read_regular(path: Path, name: str) -> bytes:
    """What is in the file; ``name`` is what the user calls it.

    Raises InputError if it isn't a regular file or can't be read, and FileNotFoundError if it
    doesn't exist: the caller knows what that means.
    """
    try:
        mode = path.stat().st_mode
        # For a directory the system's own message is clearer.
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise InputError("is not a regular file", place=Place(name))
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=Place(name)) from None


def read_head(path: Path, most: int) -> str:
    """The first ``most`` characters of a text that is only searched for words.

    Empty if there is no regular file or it can't be read. Bytes that are not UTF-8 are replaced.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(most)
    except OSError:
        return ""
