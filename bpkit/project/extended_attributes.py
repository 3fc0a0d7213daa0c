"""Extended attributes of files, such as the capabilities that ``setcap`` gives a program.

Builders copy them into the image. Imports nothing slow.
"""

from __future__ import annotations

import os

#: The attribute that both builders copy into an image; BuildKit copies all.
CAPABILITY = "security.capability"
_CAN_TELL = hasattr(os, "listxattr")


def attributes(path: str | os.PathLike[str]) -> bytes:
    """The extended attributes of ``path``, as bytes; empty if it has none.

    Links are not followed.
    """
    if not _CAN_TELL:
        return b""
    try:
        names = os.listxattr(path, follow_symlinks=False)
        if not names:
            return b""
        found = ((os.fsencode(n), os.getxattr(path, n, follow_symlinks=False)) for n in names)
        return b"".join(b"\0%d:%b%d:%b" % (len(n), n, len(v), v) for n, v in sorted(found))
    except OSError:
        # The file system has none, or this user may not read them, and then a builder can't either.
        return b""


def has_capability(path: str | os.PathLike[str]) -> bool:
    """Whether the file at ``path`` has capabilities of its own."""
    try:
        return _CAN_TELL and CAPABILITY in os.listxattr(path, follow_symlinks=False)
    except OSError:
        return False
