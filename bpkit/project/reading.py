"""Reads single files of a project: settings, a Dockerfile, whether the context has a path.

Separate from ``bpkit.project.loading``, so that a verb that needs no recipe starts without
the readers.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from bpkit.errors import InputError, Place
from bpkit.formats.context import ContextSource
from bpkit.formats.dockerfile import Dockerfile, decode, parse
from bpkit.formats.text import compiled, is_glob
from bpkit.project.regular_file import read_regular
from bpkit.project.settings import Settings, read_settings

SETTINGS_FILES = ("bpkit.toml", "pyproject.toml")


def load_settings(directory: Path) -> Settings:
    """The settings of a project, from the first file that has them. Raises InputError."""
    for name in SETTINGS_FILES:
        path = directory / name
        if not path.exists():
            continue
        text = read_text(path, name)
        if name == "bpkit.toml" or "[tool.bpkit" in text:
            return read_settings(text, name)
    return Settings()


def read_text(path: Path, name: str) -> str:
    """The text of a file. Raises InputError if it can't be read."""
    try:
        return read_regular(path, name).decode("utf-8")
    except FileNotFoundError:
        raise InputError("the file doesn't exist", place=Place(name)) from None
    except UnicodeDecodeError:
        raise InputError(
            "this is not a text file", place=Place(name), hint="save it as UTF-8"
        ) from None


def as_it_is(directory: Path, name: str) -> str | None:
    """The current text of the file; None if it doesn't exist. Raises InputError."""
    path = directory / name
    try:
        return read_regular(path, str(path)).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None


#: The remedy where the file that -f names doesn't exist.
NAME_ANOTHER = "pass an existing Dockerfile with -f"


def read_dockerfile(directory: Path, name: str, hint: str = NAME_ANOTHER) -> Dockerfile:
    """The Dockerfile of this name. Raises InputError if it can't be read or isn't a Dockerfile.

    ``hint`` is the remedy if it doesn't exist.
    """
    path = directory / name
    try:
        data = read_regular(path, name)
    except FileNotFoundError:
        raise InputError("the file doesn't exist", place=Place(name), hint=hint) from None
    return parse(decode(data, name), name)


def is_present(root: Path, source: ContextSource) -> bool:
    """Whether the context at ``root`` has what ``source`` names."""
    if not (source.glob or is_glob(source.pattern)):
        return os.path.lexists(root / source.pattern)
    return any(_matches(root, source.pattern))


def _matches(root: Path, pattern: str) -> Iterator[bool]:
    """True once for each path that matches, looking only where the pattern can lead."""
    waiting = [("", pattern.split("/"))]
    while waiting:
        directory, parts = waiting.pop()
        glob = compiled(parts[0])
        if not (root / directory).is_dir():
            continue
        for entry in os.scandir(root / directory):
            if not glob.matches(entry.name):
                continue
            if len(parts) == 1:
                yield True
            else:
                waiting.append((posixpath.join(directory, entry.name), parts[1:]))
