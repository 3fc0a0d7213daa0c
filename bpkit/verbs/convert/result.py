"""What converting a project came to, as a value that is shown, written, and proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bpkit.conversion import Note
from bpkit.core import Recipe
from bpkit.readers.script import Fate, LineFate


class FileChange(Protocol):
    """A file as it is to be, beside what is there now (None if nothing is)."""

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
    """One form of a project: its recipe, and the images whose context holds artifacts only."""

    recipe: Recipe
    virtual: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Conversion:
    """What a conversion came to; nothing is written yet.

    ``lines`` are the script's, each with what becomes of it. ``commands`` build the new form.
    ``unneeded`` are files that only the old form needs.
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

    @property
    def left(self) -> tuple[LineFate, ...]:
        """The lines of the script that are left to the user."""
        return tuple(line for line in self.lines if line.fate >= Fate.LEFT)
