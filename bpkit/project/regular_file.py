"""Reads a file of the project: the one place that says no to a FIFO or a device.

To open a FIFO waits for somebody who writes into it, and nobody does.
"""

from __future__ import annotations

import stat
from pathlib import Path

from bpkit.errors import InputError, Place


def read_regular(path: Path, name: str) -> bytes:
    """What is in the file; ``name`` is what the user calls it.

    Raises InputError where it is not a regular file or can't be read, and FileNotFoundError
    where there is none: what that means, the caller knows.
    """
    try:
        mode = path.stat().st_mode
        # Of a directory the system's own words say more.
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise InputError("is not a regular file", place=Place(name))
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=Place(name)) from None


def read_head(path: Path, most: int) -> str:
    """The first ``most`` characters of a text that is only searched for words.

    Empty where there is no regular file or it can't be read: such a file tells nothing. What is not
    UTF-8 is replaced.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(most)
    except OSError:
        return ""
