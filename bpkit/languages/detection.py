"""Which language a project is in: the choice among those that its files show."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.errors import InputError
from bpkit.languages.language import ProjectReader
from bpkit.languages.listing import Detected, Listing, ProjectWishes
from bpkit.languages.table import LANGUAGES


@dataclass(frozen=True)
class LanguageCandidate:
    """A language that the project may be in, and the file that shows it."""

    language: str
    file: str


def candidates(listing: Listing) -> tuple[LanguageCandidate, ...]:
    """The languages that the project may be in, in the order of the table."""
    found = [
        (one.weight, LanguageCandidate(one.name, file))
        for one in LANGUAGES
        if one.project and (file := one.project.sign(listing))
    ]
    heaviest = max((weight for weight, _ in found), default=0)
    return tuple(one for weight, one in found if weight == heaviest)


def detect(listing: Listing, wishes: ProjectWishes, language: str = "") -> Detected:
    """The project, in ``language`` or in the only one that it shows.

    Raises InputError, which lists the candidates, if there is none or are several.
    """
    if language:
        return _named(language, listing).read(listing, wishes)
    found = candidates(listing)
    if len(found) == 1:
        return _named(found[0].language, listing).read(listing, wishes)
    if found:
        listed = ", ".join(f"{one.language} ({one.file})" for one in found)
        raise InputError(
            f"{listing.name} may be a project in several languages: {listed}",
            hint=f"Say which: --lang {found[0].language}",
        )
    known = ", ".join(_readers())
    raise InputError(
        f"{listing.name} shows no language that bpkit has a template for",
        hint=f"Known: {known}. Say which by --lang, or give a template by --template.",
    )


def _named(name: str, listing: Listing) -> ProjectReader:
    reader = _readers().get(name.lower())
    if reader is None:
        raise InputError(f"there is no language {name!r}", hint=f"Known: {', '.join(_readers())}.")
    if not reader.sign(listing):
        shown = ", ".join(f"{one.language} ({one.file})" for one in candidates(listing))
        raise InputError(
            f"{listing.name} shows no sign of {name}",
            hint=f"It shows: {shown}." if shown else "",
        )
    return reader


def _readers() -> dict[str, ProjectReader]:
    return {one.name: one.project for one in LANGUAGES if one.project}
