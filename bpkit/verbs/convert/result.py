"""The result of converting a project, as a value to show, write and verify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bpkit.conversion import Note
from bpkit.core import Recipe
from bpkit.readers.script import Fate, LineFate
from bpkit.verbs.convert.needed import StillNeeded


class FileChange(Protocol):
    """A file as it will be, beside its present text (None if it doesn't exist)."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def before(self) -> str | None: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True)
class WrittenForm:
    """One form of a project: its recipe, and the images whose context contains only artifacts.

    ``merged_into`` has, by image name, the project's own files in directories that artifacts
    are copied into.
    """

    recipe: Recipe
    virtual: frozenset[str] = frozenset()
    merged_into: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Conversion:
    """The result of a conversion; nothing is written yet.

    ``lines`` are the script's, each with what becomes of it. ``commands`` build the new
    form. ``unneeded`` are files that only the old form needs, ``needed`` its files that something
    else needs too. ``left_behind`` is what only the script leaves on the host and in the engine;
    ``lost`` what the new form doesn't have at all; ``leaving`` are commands that leave
    it behind all the same.
    """

    to: str
    directory: Path
    files: Sequence[FileChange]
    before: WrittenForm
    after: WrittenForm
    lines: tuple[LineFate, ...] = ()
    notes: tuple[Note, ...] = ()
    commands: tuple[str, ...] = ()
    unneeded: tuple[str, ...] = ()
    needed: tuple[StillNeeded, ...] = ()
    left_behind: tuple[Note, ...] = ()
    lost: tuple[Note, ...] = ()
    leaving: tuple[str, ...] = ()

    @property
    def left(self) -> tuple[LineFate, ...]:
        """The lines of the script that are left to the user."""
        return tuple(line for line in self.lines if line.fate >= Fate.LEFT)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to the user."""
        return not self.left and not self.lost
