"""Reads a build context's listing from the disk, without going where a builder wouldn't go."""

from __future__ import annotations

import os
from pathlib import Path

from bpkit.context_tree import Entry, Kind, Tree
from bpkit.dockerignore import Ignore, Verdict
from bpkit.errors import InputError, Place


def read_tree(directory: Path, ignore: Ignore | None = None) -> Tree:
    """The paths below ``directory``; with ``ignore``, those that are not excluded.

    Links are listed, not followed. A directory that is excluded is left out even if something in
    it is let in. Raises InputError for a directory that can't be read; one that is excluded is
    not looked into.
    """
    found: dict[str, Entry] = {}
    waiting: list[tuple[str, Verdict | None]] = [("", None)]
    while waiting:
        inside, above = waiting.pop()
        for item in _listed(directory, inside):
            path = f"{inside}/{item.name}" if inside else item.name
            verdict = ignore.below(above, path) if ignore else None
            entry = _entry(item, path)
            if verdict is None or not verdict.excluded:
                found[path] = entry
            if entry.kind == "directory" and (verdict is None or verdict.entered):
                waiting.append((path, verdict))
    return Tree(found)


def _listed(directory: Path, inside: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory / inside) as items:
            return list(items)
    except FileNotFoundError:
        if inside:
            return []  # Removed while we were reading: then no builder gets it either.
        raise InputError("there is no such directory", place=Place(str(directory))) from None
    except OSError as error:
        raise InputError(
            f"this directory can't be read: {error.strerror}",
            place=Place(os.path.join(directory, inside)),
            hint="docker build would fail on it too; exclude it, or make it readable",
        ) from None


def _entry(item: os.DirEntry[str], path: str) -> Entry:
    kind = _kind(item)
    if kind == "link":
        return Entry(path, kind, target=os.readlink(item.path))
    return Entry(path, kind, item.stat(follow_symlinks=False).st_size if kind == "file" else 0)


def _kind(item: os.DirEntry[str]) -> Kind:
    if item.is_symlink():
        return "link"
    if item.is_dir(follow_symlinks=False):
        return "directory"
    return "file" if item.is_file(follow_symlinks=False) else "other"
