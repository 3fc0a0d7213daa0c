"""Reads a file of the user's cache directory, without slow imports.

What can't be used counts as absent; ``bpkit.project.cache`` says why.
"""

from __future__ import annotations

import os
import stat

#: bpkit writes no larger files.
LARGEST = 4 << 20


def cache_place() -> str:
    """The directory of bpkit's cache; it may not exist."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "bpkit")


def read_kept_bytes(path: str) -> bytes | None:
    """The contents of this cache file; None if it can't be read."""
    # Without O_NONBLOCK, opening a named pipe waits for a writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not is_mine(status) or status.st_size > LARGEST:
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def is_mine(status: os.stat_result) -> bool:
    """Whether this user owns the file with this status."""
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
