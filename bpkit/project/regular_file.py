"""Reads a file of the project as bytes: the one place that says no to a FIFO or a device.

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
