"""What was found out about a project, what the user asks for, and the choice of a program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bpkit.errors import InputError, Place
from bpkit.formats.text import nearest

#: A template's placeholders; an instruction is repeated for each value of its placeholder.
Values: TypeAlias = Mapping[str, "str | tuple[str, ...]"]


@dataclass(frozen=True)
class Fact:
    """A fact about the project, and the file that states it (empty: bpkit's own default).

    ``is_guess``: the files leave room for another value. ``allowed_by`` is a file that limits
    the default without stating it.
    """

    what: str
    value: str
    file: str = ""
    is_guess: bool = False
    allowed_by: str = ""


@dataclass(frozen=True)
class ProjectWishes:
    """What the user asks for: the image's name, the base that ships, the program to start.

    ``cmd`` is a whole command, ``port`` the port that the program listens on. ``said_by`` is the
    file that the wishes in ``kept`` come from, which no switch set. ``every``: all programs are
    wanted, so a choice among several is refused, even if one is more likely. ``is_one_of``: the
    choice was refused, and this is one of the several.
    """

    name: str = ""
    base: str = ""
    entry: str = ""
    cmd: str = ""
    port: str = ""
    said_by: str = ""
    kept: tuple[str, ...] = ()
    every: bool = False
    is_one_of: bool = False

    def source_of(self, switch: str) -> str:
        """The file that the wish comes from, else the switch."""
        return self.said_by if switch in self.kept else f"--{switch}"


@dataclass(frozen=True)
class Detected:
    """What was found out about a project, and the values that its template needs.

    ``template`` is the template's directory, such as ``python/uv``. ``values`` fill its
    placeholders. ``base`` is the image that ships, ``port`` the one that the program listens on,
    empty if none. ``notes`` are sentences for the user: guesses, alternatives, and what would not
    work. ``sent`` are paths that the build needs although patterns for build output or for
    secrets would keep them out of the context.
    """

    language: str
    template: str
    name: str
    base: str
    values: Values
    facts: tuple[Fact, ...] = ()
    port: str = ""
    healthcheck: str = ""
    notes: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()

    def with_notes(self, *notes: str) -> Detected:
        """The same project with these notes added."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))


@dataclass(frozen=True)
class Candidate:
    """A program that the project may be: its ``--entry`` value, and the file that shows it.

    The candidate with the greater ``likelihood`` is preferred. A difference of less than
    ``clear`` leaves the choice open.
    """

    entry: str
    file: str
    likelihood: int = 0


@dataclass(frozen=True)
class Chosen:
    """The chosen candidate, and notes about the others."""

    candidate: Candidate
    notes: tuple[str, ...] = ()

    @property
    def is_guess(self) -> bool:
        """Whether another candidate may be meant."""
        return bool(self.notes)


class NoProgramError(InputError):
    """Raised if the language is recognized but no program in it is found."""


class SeveralProgramsError(InputError):
    """Raised if the user has to choose among several programs, each a value for --entry."""

    def __init__(self, message: str, hint: str, entries: Sequence[str]) -> None:
        super().__init__(message, hint=hint)
        self.entries = tuple(entries)


def several(ordered: Sequence[Candidate], what: str) -> SeveralProgramsError:
    """The error that lists the candidates, in the order given: most likely first."""
    return SeveralProgramsError(
        f"there are {len(ordered)} {_plural(what)}: {listed(ordered)}",
        f"name one with --entry {ordered[0].entry}, or pass --all for a Dockerfile each",
        [one.entry for one in ordered if one.likelihood > 0] or [one.entry for one in ordered],
    )


def choose(
    candidates: Iterable[Candidate], wishes: ProjectWishes, what: str, *, missing: str = ""
) -> Chosen:
    """The candidate that the user asks for, else the one that is clearly the most likely.

    Raises InputError, listing the candidates, the most likely first, if none has the name, there
    is none at all, or several are equally likely. ``missing`` is the hint if there is none.
    """
    ordered = in_order(candidates)
    if wishes.entry:
        return Chosen(_wished(ordered, wishes, what))
    if not ordered:
        raise NoProgramError(f"no {what} was found", hint=missing or "name it with --entry")
    first, *others = ordered
    if not others:
        return Chosen(first)
    if others[0].likelihood < first.likelihood and not wishes.every:
        return Chosen(first, (guess_note(what, first, others),))
    raise several(ordered, what)


def in_order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates without duplicates, the most likely first."""
    best: dict[str, Candidate] = {}
    for one in candidates:
        if one.entry not in best or best[one.entry].likelihood < one.likelihood:
            best[one.entry] = one
    return tuple(sorted(best.values(), key=lambda one: (-one.likelihood, one.entry)))


def guess_note(what: str, chosen: Candidate, others: Sequence[Candidate]) -> str:
    """The note that ``chosen`` is a guess, with the alternatives."""
    return (
        f"the {what} {chosen.entry} is a guess; there is also {listed(others)}:"
        f" name one with --entry {others[0].entry}"
    )


_MOST_LISTED = 8


def listed(candidates: Sequence[Candidate]) -> str:
    """The candidates as a list for a sentence."""
    names = [one.entry for one in candidates]
    more = len(names) - _MOST_LISTED
    return ", ".join(names[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _wished(ordered: Sequence[Candidate], wishes: ProjectWishes, what: str) -> Candidate:
    wanted = wishes.entry
    for one in ordered:
        if wanted in {one.entry, one.entry.removeprefix("./")}:
            return one
    raise no_such_program(wanted, [one.entry for one in ordered], wishes.source_of("entry"), what)


def no_such_program(
    wanted: str, there: Sequence[str], source: str, what: str = "program"
) -> InputError:
    """The error for a program that the project doesn't have."""
    near = nearest(wanted, sorted(there))
    hint = f"did you mean '{near}'?" if near else ""
    if not near and there:
        hint = f"there are: {', '.join(list(dict.fromkeys(there))[:_MOST_LISTED])}"
    return InputError(
        f"{source} {wanted!r}: the project has no such {what}"
        if source.startswith("--")
        else f"the {what} {wanted!r} doesn't exist in the project",
        place=None if source.startswith("--") else Place(source),
        hint=hint,
    )


def _plural(what: str) -> str:
    return f"{what}es" if what.endswith(("s", "x", "ch")) else f"{what}s"
