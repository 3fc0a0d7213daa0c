"""The files of a project that ``init`` looks at: no build output, and only so many."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from bpkit.errors import InputError, Place
from bpkit.languages import Listing
from bpkit.project import is_sealed
from bpkit.verbs.init.ignore import FOLDERS_MADE

# A project's own files are near its top; deeper or further files are usually somebody else's.
_DEEPEST = 12
_MOST_FILES = 30_000
_LONGEST_TEXT = 1_000_000


def read_listing(directory: Path) -> Listing:
    """The files of a project, without build output and without Dockerfiles that bpkit wrote.

    Raises InputError.
    """
    if not directory.is_dir():
        raise InputError("the directory doesn't exist", place=Place(str(directory)))
    top = str(directory)

    def read(name: str) -> str:
        try:
            with open(os.path.join(top, name), "rb") as stream:
                return stream.read(_LONGEST_TEXT).decode("utf-8", "replace")
        except OSError as error:
            raise InputError(str(error.strerror), place=Place(name)) from None

    files = sorted(file for file in _walk(top) if not _is_ours(top, file, read))
    return Listing(directory.resolve().name, tuple(files), read)


def _is_ours(top: str, file: str, read: Callable[[str], str]) -> bool:
    return file.startswith("Dockerfile") and is_sealed(read(file))


def _walk(top: str) -> Iterator[str]:
    """Regular files, breadth first: if there are too many, the deepest are left out."""
    waiting = [("", 0)]
    count = 0
    for folder, depth in waiting:
        try:
            entries = sorted(os.scandir(os.path.join(top, folder)), key=lambda one: one.name)
        except OSError:
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEEPEST and entry.name not in FOLDERS_MADE:
                    waiting.append((path, depth + 1))
            elif entry.is_file():
                yield path
                count += 1
                if count >= _MOST_FILES:
                    return
