"""What a conversion has to say besides its result: what it decided, and what it could not do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bpkit.core import Image, Recipe
from bpkit.errors import BpkitError, InputError, Place


@dataclass(frozen=True)
class Problem:
    """Something that can't be carried over: where it is, what it is, what to do about it."""

    message: str
    place: Place | None = None
    hint: str = ""

    def __str__(self) -> str:
        return str(BpkitError(self.message, place=self.place, hint=self.hint))


@dataclass(frozen=True)
class Note:
    """Something decided on the way that the reader of the result should know."""

    message: str
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class ConversionError(InputError):
    """What was given has no equal in the other form; says all that is in the way, not the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.message, place=first.place, hint=first.hint)
        self.problems = tuple(problems)

    def parts(self) -> tuple[tuple[str, Place | None, str], ...]:
        return tuple((one.message, one.place, one.hint) for one in self.problems)

    def name_files(self, named: Callable[[str], str]) -> None:
        """Give each file of a place the name that ``named`` makes of it."""
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

    ``left`` is what the other form does not have. ``builds`` names for each image those that its
    build makes now, itself among them; ``stages`` are the images that don't ship, as they would be
    built by their stage.
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
        """Something is in the way; what else there is is still looked for."""
        found = Problem(message, place, hint)
        if found not in self.problems:
            self.problems.append(found)

    def error(self, error: BpkitError, place: Place | None = None) -> None:
        """The same, of an error that was caught; ``place`` counts where the error has none."""
        self.problem(error.message, error.place or place, error.hint)

    def note(self, message: str, place: Place | None = None) -> None:
        """Something that was decided."""
        found = Note(message, place)
        if found not in self.notes:
            self.notes.append(found)

    def stop_if_any(self) -> None:
        """Raises ConversionError if there is a problem."""
        if self.problems:
            raise ConversionError(self.problems)
