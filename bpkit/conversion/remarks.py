"""The remarks of a conversion besides its result: its decisions, and its problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bpkit.core import Image, Recipe
from bpkit.errors import BpkitError, InputError, Place


@dataclass(frozen=True)
class Problem:
    """Something that can't be carried over: its place, a message, and a hint."""

    message: str
    place: Place | None = None
    hint: str = ""

    def __str__(self) -> str:
        return str(BpkitError(self.message, place=self.place, hint=self.hint))


@dataclass(frozen=True)
class Note:
    """A decision of the conversion that the reader of the result should know."""

    message: str
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class ConversionError(InputError):
    """The input has no equivalent in the other form; lists every problem, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.message, place=first.place, hint=first.hint)
        self.problems = tuple(problems)

    def parts(self) -> tuple[tuple[str, Place | None, str], ...]:
        return tuple((one.message, one.place, one.hint) for one in self.problems)

    def name_files(self, named: Callable[[str], str]) -> None:
        """Rename the file of each place with ``named``."""
        super().name_files(named)
        self.problems = tuple(
            replace(one, place=one.place and one.place.with_file(named(one.place.file)))
            for one in self.problems
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@dataclass(frozen=True)
class Converted:
    """A recipe in the other form. Images that share a Dockerfile differ in their target.

    ``left`` is what the other form lacks. ``builds`` maps each image to those that its build makes
    now, itself included; ``stages`` are the images that don't ship, as a build of their stage
    would make them.
    """

    recipe: Recipe
    notes: tuple[Note, ...] = ()
    left: tuple[Note, ...] = ()
    builds: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stages: tuple[Image, ...] = ()


@dataclass
class Remarks:
    """Collects problems and notes while a conversion goes on."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    left: list[Note] = field(default_factory=list)

    def problem(self, message: str, place: Place | None = None, hint: str = "") -> None:
        """Add a problem; the conversion goes on to find any others."""
        found = Problem(message, place, hint)
        if found not in self.problems:
            self.problems.append(found)

    def error(self, error: BpkitError, place: Place | None = None) -> None:
        """Add an error that was caught as a problem; ``place`` is used if the error has none."""
        self.problem(error.message, error.place or place, error.hint)

    def note(self, message: str, place: Place | None = None) -> None:
        """Add a note on a decision."""
        found = Note(message, place)
        if found not in self.notes:
            self.notes.append(found)

    def stop_if_any(self) -> None:
        """Raises ConversionError if there is a problem."""
        if self.problems:
            raise ConversionError(self.problems)
