"""What was found out about a project, what the user decides, and the choice among candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bpkit.errors import InputError, Place
from bpkit.formats.text import nearest

#: The places of a template; an instruction whose place has several values is repeated.
Values: TypeAlias = Mapping[str, "str | tuple[str, ...]"]


@dataclass(frozen=True)
class Fact:
    """Something that was found out, and the file that says it (empty: bpkit's own default).

    ``is_guess`` where the files would allow of something else. ``allowed_by`` is a file that
    doesn't say the default, but bounds it.
    """

    what: str
    value: str
    file: str = ""
    is_guess: bool = False
    allowed_by: str = ""


@dataclass(frozen=True)
class ProjectWishes:
    """What the user decides: the image's name, the base that ships, the program to start.

    ``cmd`` is a whole command, ``port`` the one that the program listens on. ``said_by`` names
    the file that says those of ``kept`` which no switch does. ``every``: a choice among several
    programs is refused, however likely one of them is, since all are wanted. ``is_one_of``: so it
    was, and this is one of them.
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
        """Who says it: the file, else the switch."""
        return self.said_by if switch in self.kept else f"--{switch}"


@dataclass(frozen=True)
class Detected:
    """What was found out about a project, and what its template needs.

    ``template`` is the template's folder, such as ``python/uv``. ``values`` are its named places.
    ``base`` is the image that ships, ``port`` the one the program listens on, empty if none.
    ``notes`` are what the reader has to know, a sentence each: what is guessed, what else is
    there, what would not work. ``sent`` are paths that the build needs though patterns for what
    builds make, or for secrets, would keep them out of the context.
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
        """The same with these notes too."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))


@dataclass(frozen=True)
class Candidate:
    """A program that the project may be: what ``--entry`` takes, the file that shows it.

    Of two, the one of the greater ``likelihood`` is the likelier. Within ``clear`` of each other
    they are as likely as each other.
    """

    entry: str
    file: str
    likelihood: int = 0


@dataclass(frozen=True)
class Chosen:
    """The candidate that was taken, and what to tell of the others."""

    candidate: Candidate
    notes: tuple[str, ...] = ()

    @property
    def is_guess(self) -> bool:
        """Whether another one may be meant."""
        return bool(self.notes)


class NoProgramError(InputError):
    """Raised if the language is shown, and no program in it."""


class SeveralProgramsError(InputError):
    """Raised if the choice among several programs is the user's; ``entries`` are for --entry."""

    def __init__(self, message: str, hint: str, entries: Sequence[str]) -> None:
        super().__init__(message, hint=hint)
        self.entries = tuple(entries)


def several(ordered: Sequence[Candidate], what: str) -> SeveralProgramsError:
    """The error that lists the candidates, which are in order, the likeliest first."""
    return SeveralProgramsError(
        f"there are {len(ordered)} {_plural(what)}: {listed(ordered)}",
        f"name one with --entry {ordered[0].entry}, or pass --all for a Dockerfile each",
        [one.entry for one in ordered if one.likelihood > 0] or [one.entry for one in ordered],
    )


def choose(
    candidates: Iterable[Candidate], wishes: ProjectWishes, what: str, *, missing: str = ""
) -> Chosen:
    """The candidate that is wished for, else the one that is likelier than all others.

    Raises InputError, which lists the candidates, the likeliest first, where there is none of
    the name, none at all, or several as likely as each other. ``missing`` is the hint for none.
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
    """The candidates, each once, the likeliest first."""
    best: dict[str, Candidate] = {}
    for one in candidates:
        if one.entry not in best or best[one.entry].likelihood < one.likelihood:
            best[one.entry] = one
    return tuple(sorted(best.values(), key=lambda one: (-one.likelihood, one.entry)))


def guess_note(what: str, chosen: Candidate, others: Sequence[Candidate]) -> str:
    """The sentence that tells that ``chosen`` was guessed, and what else it may be."""
    return (
        f"the {what} {chosen.entry} is a guess; there is also {listed(others)}:"
        f" name one with --entry {others[0].entry}"
    )


_MOST_LISTED = 8


def listed(candidates: Sequence[Candidate]) -> str:
    """The candidates as a list in a sentence."""
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
