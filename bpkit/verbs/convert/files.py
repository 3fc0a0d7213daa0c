"""The files of a conversion: checked, written and removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bpkit.project import (
    NewFile,
    as_it_is,
    check_mine,
    set_aside,
    write_together,
)
from bpkit.verbs.convert.result import Conversion, FileChange


def file_to_write(directory: Path, name: str, text: str, *, executable: bool = False) -> NewFile:
    return NewFile(name, text, as_it_is(directory, name), executable)


def check_files(files: Sequence[FileChange], *, force: bool) -> None:
    """Raises InputError if a file that a person wrote would be overwritten."""
    check_mine([file for file in files if isinstance(file, NewFile)], force=force)


def write(conversion: Conversion, files: Sequence[FileChange], *, force: bool) -> None:
    """Write these files of the conversion; those in one directory all together or not at all.

    Raises InputError, before anything is written, for a file that a person wrote.
    """
    check_files(files, force=force)
    by_place: dict[str, list[NewFile]] = {}
    for file in files:
        if isinstance(file, NewFile):
            place, _, name = file.name.rpartition("/")
            by_place.setdefault(place, []).append(replace(file, name=name))
    for place, group in by_place.items():
        directory = conversion.directory / place
        directory.mkdir(parents=True, exist_ok=True)
        write_together(directory, group, force=force)


def remove_unneeded(conversion: Conversion) -> tuple[str, ...]:
    """Remove the files that only the old form needs, each kept as ``.bak``; returns their names."""
    for name in conversion.unneeded:
        set_aside(conversion.directory / name)
    return conversion.unneeded
