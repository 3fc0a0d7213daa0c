"""Lists a build context on the disk, entering only the directories that a builder enters."""

from __future__ import annotations

import os
from pathlib import Path

from bpkit.errors import InputError, Place
from bpkit.formats.context import Kind, Tree, TreeEntry
from bpkit.formats.dockerignore import Ignore, IgnoreVerdict


def read_tree(directory: Path, ignore: Ignore | None = None) -> Tree:
    """The paths below ``directory``; with ``ignore``, those that are not excluded.

    Links are listed, not followed. An excluded directory is left out even if something in it is
    included again. One that this user may not read is named in ``unreadable``: a build that needs
    it fails, one that excludes it doesn't. Raises InputError if ``directory`` itself can't be read.
    """
    found: dict[str, TreeEntry] = {}
    unreadable: list[str] = []
    waiting: list[tuple[str, IgnoreVerdict | None]] = [("", None)]
    while waiting:
        inside, above = waiting.pop()
        items = _listed(directory, inside)
        if items is None:
            unreadable.append(inside)
            continue
        for item in items:
            path = f"{inside}/{item.name}" if inside else item.name
            verdict = ignore.below(above, path) if ignore else None
            entry = _entry(item, path)
            if verdict is None or not verdict.excluded:
                found[path] = entry
            if entry.kind == "directory" and (verdict is None or verdict.entered):
                waiting.append((path, verdict))
    return Tree(found, tuple(unreadable))


def _listed(directory: Path, inside: str) -> list[os.DirEntry[str]] | None:
    """What is in a directory; None if this user may not read it."""
    try:
        with os.scandir(directory / inside) as items:
            return list(items)
    except OSError as error:
        if inside and isinstance(error, PermissionError):
            return None
        if inside and isinstance(error, FileNotFoundError):
            return []  # Removed while we were reading: no builder gets it either.
        raise InputError(
            f"this directory can't be read: {error.strerror}",
            place=Place(str(directory / inside)),
        ) from None


def _entry(item: os.DirEntry[str], path: str) -> TreeEntry:
    kind = _kind(item)
    if kind == "link":
        return TreeEntry(path, kind, target=os.readlink(item.path))
    return TreeEntry(path, kind, item.stat(follow_symlinks=False).st_size if kind == "file" else 0)


def _kind(item: os.DirEntry[str]) -> Kind:
    if item.is_symlink():
        return "link"
    if item.is_dir(follow_symlinks=False):
        return "directory"
    return "file" if item.is_file(follow_symlinks=False) else "other"
