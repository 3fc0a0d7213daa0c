"""Which language a project is in: the table of languages, and the choice among candidates.

A language is a module that fulfils ``bpkit.languages.listing.Language``; a new one is a new file
and a line here.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.errors import InputError
from bpkit.languages.c import detect as c
from bpkit.languages.cpp import detect as cpp
from bpkit.languages.dotnet import detect as dotnet
from bpkit.languages.go import detect as go
from bpkit.languages.java import detect as java
from bpkit.languages.listing import Detected, Language, Listing, ProjectWishes
from bpkit.languages.node import detect as node
from bpkit.languages.php import detect as php
from bpkit.languages.python import detect as python
from bpkit.languages.ruby import detect as ruby
from bpkit.languages.rust import detect as rust
from bpkit.languages.static import detect as static
from bpkit.languages.zig import detect as zig

LANGUAGES: tuple[Language, ...] = (
    go,
    rust,
    c,
    cpp,
    python,
    node,
    java,
    dotnet,
    php,
    ruby,
    zig,
    static,
)
# What the other languages' projects hold too counts only where there is nothing else: a page, a
# Makefile beside a helper in C.
_LAST = frozenset({"static", "c", "cpp"})


@dataclass(frozen=True)
class LanguageCandidate:
    """A language that the project may be in, and the file that shows it."""

    language: str
    file: str


def candidates(listing: Listing) -> tuple[LanguageCandidate, ...]:
    """The languages that the project may be in, in the order of the table."""
    found = [(language.NAME, language.sign(listing)) for language in LANGUAGES]
    every = tuple(LanguageCandidate(name, file) for name, file in found if file)
    telling = tuple(one for one in every if one.language not in _LAST)
    compiled = tuple(one for one in every if one.language != "static")
    return telling or compiled or every


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
    known = ", ".join(language.NAME for language in LANGUAGES)
    raise InputError(
        f"{listing.name} shows no language that bpkit has a template for",
        hint=f"Known: {known}. Say which by --lang, or give a template by --template.",
    )


def _named(name: str, listing: Listing) -> Language:
    for language in LANGUAGES:
        if name.lower() == language.NAME:
            break
    else:
        known = ", ".join(language.NAME for language in LANGUAGES)
        raise InputError(f"there is no language {name!r}", hint=f"Known: {known}.")
    if not language.sign(listing):
        shown = ", ".join(f"{one.language} ({one.file})" for one in candidates(listing))
        raise InputError(
            f"{listing.name} shows no sign of {name}",
            hint=f"It shows: {shown}." if shown else "",
        )
    return language
