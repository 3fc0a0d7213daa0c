"""The exceptions that bpkit raises, each with its exit status.

The exit statuses are part of the interface: 1 a check found something, 2 the input is wrong, 3 no
engine answers, 4 a step of the engine failed, 70 a bug in bpkit, 74 the result could not be
written, 128+n ended by signal n. (70 and 74 come from BSD's sysexits.h.)
"""

from __future__ import annotations

from dataclasses import dataclass

# Like `typing.TYPE_CHECKING`, without the import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Place:
    """A place in the user's source: a file, by the name the user gave it, and a line.

    ``line`` counts from 1; None means the whole file.
    """

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def with_file(self, file: str) -> Place:
        """The same line in the file ``file``."""
        return Place(file, self.line)


class BpkitError(Exception):
    """An error that can be reported to the user in one sentence.

    ``message`` says what is wrong, ``place`` where, ``hint`` what to do about it.
    """

    status: int = 2

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def parts(self) -> tuple[tuple[str, Place | None, str], ...]:
        """The message, place and hint of each problem; a single error has only its own."""
        return ((self.message, self.place, self.hint),)

    def name_files(self, named: Callable[[str], str]) -> None:
        """Replace the file name in each place with the one that ``named`` returns for it."""
        if self.place:
            self.place = self.place.with_file(named(self.place.file))

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        advice = f"\n  {self.hint}" if self.hint else ""
        return f"{where}{self.message}{advice}"


class InputError(BpkitError):
    """The user's input (a file, a flag, a name) is not valid."""

    status = 2


class NoEngineError(BpkitError):
    """There is no engine, or it doesn't answer."""

    status = 3


class EngineError(BpkitError):
    """The engine ran a step and the step failed."""

    status = 4


class OutputError(BpkitError):
    """The work is done, but its result could not be written."""

    status = 74


class NoReaderError(BpkitError):
    """The reader of standard output closed it (``| head``); the status is that of SIGPIPE."""

    status = 141

    def __init__(self) -> None:
        super().__init__("the reader of the result has gone")
