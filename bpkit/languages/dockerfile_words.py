"""File names, commands and lists of files as words in a Dockerfile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from bpkit.errors import InputError, Place


def stem(file: str) -> str:
    """The file's name without its directory and last extension."""
    return PurePosixPath(file).stem


def words(items: Iterable[str]) -> str:
    """File names as words of an instruction. Raises InputError for a name that needs quotes."""
    listed = tuple(dict.fromkeys(items))
    for item in listed:
        plain(item, "file name")
    return " ".join(listed)


def plain(text: str, what: str, file: str = "") -> str:
    """``text`` itself, if no shell or Dockerfile changes it. Raises InputError."""
    if not re.fullmatch(r"[A-Za-z0-9_@%+=:,./~-]+", text):
        raise InputError(
            f"the {what} {text!r} has a character that needs quotes in a Dockerfile",
            place=Place(file) if file else None,
            hint="rename it, or write the Dockerfile by hand",
        )
    return text


def argv(*items: str) -> str:
    """A command in the JSON form for ENTRYPOINT, CMD and HEALTHCHECK."""
    return json.dumps(items, ensure_ascii=False)


def copied(files: Iterable[str]) -> tuple[str, ...]:
    """Arguments of COPY that keep files in their directories, one instruction per directory.

    Files at the top level are left out: the instruction that copies the manifests has them.
    """
    by_folder: dict[str, list[str]] = {}
    for file in dict.fromkeys(files):
        folder = file.rpartition("/")[0]
        if folder:
            by_folder.setdefault(folder, []).append(file)
    return tuple(f"{words(names)} {folder}/" for folder, names in sorted(by_folder.items()))
