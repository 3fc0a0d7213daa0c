"""Detection of a project's language among those that its files suggest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpkit.errors import InputError
from bpkit.languages.detected import (
    Detected,
    NoProgramError,
    ProjectWishes,
    SeveralProgramsError,
)
from bpkit.languages.language import AssetBuilder, ProjectReader
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.needed_variables import needed_variables
from bpkit.languages.outside import opened_outside, refuse_paths_outside
from bpkit.languages.source_suffixes import OF_LONE_PROGRAMS
from bpkit.languages.table import LANGUAGES

#: Directories whose subdirectories may be services, besides the top level.
_OF_SERVICES = ("services", "apps", "packages", "projects", "cmd", "src", "microservices")
_DEEPEST_SERVICE = 2


@dataclass(frozen=True)
class LanguageCandidate:
    """A language that the project may be in, and the file that shows it."""

    language: str
    file: str


@dataclass(frozen=True)
class Service:
    """One of several programs in a directory: its path, language, and a file that shows it."""

    folder: str
    language: str
    file: str


def candidates(listing: Listing) -> tuple[LanguageCandidate, ...]:
    """The languages that the project may be in, in the table's order."""
    found = [
        (min(one.weight, 1) if is_lone(file) else one.weight, LanguageCandidate(one.name, file))
        for one in LANGUAGES
        if one.project and (file := one.project.sign(listing))
    ]
    if len({weight for weight, _ in found if weight}) > 1:
        # Beside another language's sources, a manifest may be there only for tests and tools.
        aside = {one.name for one in LANGUAGES if one.weight > 1 and one.only_helps(listing)}
        found = [(w, one) for w, one in found if one.language not in aside]
    heaviest = max((weight for weight, _ in found), default=0)
    every = tuple(one for weight, one in found if weight == heaviest)
    # A manifest is stronger evidence than a lone source beside it.
    stated = tuple(one for one in every if not is_lone(one.file))
    return stated or every


def _lighter(listing: Listing, than: str) -> tuple[LanguageCandidate, ...]:
    """The languages that the project shows too, and that its manifest in ``than`` outweighs."""
    weight = _weight(than)
    found = [(one, one.project.sign(listing)) for one in LANGUAGES if one.project]
    return tuple(
        LanguageCandidate(one.name, file)
        for one, file in found
        if file and "/" not in file and not is_lone(file) and 0 < one.weight < weight
    )


def is_lone(file: str) -> bool:
    """Whether the language is shown by a source file alone, without a manifest."""
    return file.endswith(OF_LONE_PROGRAMS) and file.rpartition("/")[2] not in {
        "manage.py",
        "setup.py",
    }


def services(listing: Listing, *, with_lone: bool = True) -> tuple[Service, ...]:
    """The programs in subdirectories of a directory that has none itself.

    ``with_lone``: also those that a source file alone shows, without a manifest.
    """
    folders = dict.fromkeys(
        "/".join(file.split("/")[:depth])
        for file in listing.files
        for depth in range(1, min(file.count("/"), _DEEPEST_SERVICE) + 1)
    )
    found: dict[str, Service] = {}
    for folder in folders:
        if is_aside(f"{folder}/x") or any(folder.startswith(f"{one}/") for one in found):
            continue
        if "/" in folder and folder.split("/")[0] not in _OF_SERVICES:
            continue
        if not with_lone and all(is_lone(one) for one in listing.in_folder(folder)):
            continue
        shown = [one for one in candidates(listing.below(folder)) if "/" not in one.file]
        if shown and is_lone(shown[0].file) and _is_of_a_page(listing, f"{folder}/{shown[0].file}"):
            continue
        if shown and not (
            len(folder.split("/")) == 1 and folder in _OF_SERVICES and is_lone(shown[0].file)
        ):
            found[folder] = Service(folder, shown[0].language, f"{folder}/{shown[0].file}")
    return tuple(found.values())


def _is_of_a_page(listing: Listing, file: str) -> bool:
    """Whether nothing in a script shows that Node.js runs it, and no browser."""
    return file.endswith((".js", ".mjs")) and not re.search(
        r"^#!|\brequire\s*\(|\bprocess\.|\bmodule\.exports\b|\bfrom\s+['\"][@\w]",
        listing.read(file),
        re.M,
    )


def apart(
    listing: Listing, languages: tuple[str, ...], found: Sequence[Detected]
) -> tuple[Service, ...]:
    """Projects in subdirectories that aren't part of the one at the top, in ``languages``.

    A subdirectory is part of it if it is a member of its workspace or one of its packages, or
    if ``found`` builds it as pages that the top's program serves.
    """
    own = [one for one in LANGUAGES if one.name in languages]
    held = {
        folder for one in own if (folders := one.folders(listing)) is not None for folder in folders
    }
    all_held = {one.name for one in own if one.folders(listing) is None}
    assets = [fact.file for one in found for fact in one.facts if fact.what == "assets"]
    told = " ".join([*assets, *(note for one in found for note in one.notes)])
    return tuple(
        one
        for one in services(listing, with_lone=False)
        if not is_lone(one.file)
        and _weight(one.language) >= 2
        and one.language not in all_held
        and one.folder not in held
        and one.file not in told
    )


def _weight(language: str) -> int:
    return next(one.weight for one in LANGUAGES if one.name == language)


def detect(listing: Listing, wishes: ProjectWishes, language: str = "") -> Detected:
    """The project, in ``language`` or in the only one that it shows.

    Raises InputError, listing the candidates, if there is none or there are several.
    """
    if language:
        return _read(language, listing, wishes)
    found = candidates(listing)
    at_top = [one for one in found if "/" not in one.file]
    beside = services(listing) if not at_top else ()
    is_one_solution = {one.language for one in beside} == {one.language for one in found}
    if len(beside) > 1 and not wishes.entry and not is_one_solution:
        raise InputError(
            f"{listing.name} has {len(beside)} programs in separate directories: "
            + ", ".join(f"{one.folder} ({one.file})" for one in beside),
            hint=f"run 'bpkit init {beside[0].folder}', or pass --all for a Dockerfile each",
        )
    if found:
        if len(found) == 1:
            detected = _read_or_name_site(found[0].language, listing, wishes)
        else:
            detected = _of_several(listing, wishes, found)
        suffixes = next((o.sources for o in LANGUAGES if o.is_called(detected.language)), ())
        detected = detected.with_notes(*list(opened_outside(listing, suffixes))[:3])
        set_already = detected.values.get("variables", ())
        known = (set_already,) if isinstance(set_already, str) else tuple(set_already)
        detected = detected.with_notes(*needed_variables(listing, suffixes, known))
        is_said = wishes.entry or wishes.cmd or wishes.is_one_of
        return detected if is_said else _telling_apart(listing, detected)
    if len(beside) == 1 and _weight(beside[0].language) and not is_lone(beside[0].file):
        raise InputError(
            (
                f"{listing.name} shows no language at its top;"
                f" {beside[0].folder} does ({beside[0].file})"
            ),
            hint=f"run 'bpkit init {beside[0].folder}'",
        )
    raise _unknown(listing)


def _unknown(listing: Listing) -> InputError:
    """The error that no language was recognized: what is there, and only advice that works."""
    top = listing.in_folder("")
    there = f"; it has {', '.join(top[:5])}" if top else "; it has no file at its top"
    hint = "write the Dockerfile by hand, or give a template of your own with --template DIR"
    near = [one for one in LANGUAGES if one.sources and one.known_by]
    near = [one for one in near if any(f.endswith(one.sources) for f in top)] or [
        one for one in near if listing.sources(*one.sources)
    ]
    if near:
        hint = f"a project in {near[0].title} is known by {near[0].known_by}: add one, or {hint}"
    else:
        hint = f"there are templates for {', '.join(_readers())}; {hint}"
    return InputError(
        f"{listing.name} shows no language that bpkit has a template for{there}", hint=hint
    )


def _read_or_name_site(name: str, listing: Listing, wishes: ProjectWishes) -> Detected:
    """The project; if it starts nothing, the error suggests the web site that it may be."""
    try:
        return _read(name, listing, wishes)
    except (NoProgramError, SeveralProgramsError) as error:
        for lighter in () if wishes.entry or wishes.cmd else _lighter(listing, name):
            try:
                found = _read(lighter.language, listing, wishes)
            except InputError:
                continue
            file = next(one.file for one in candidates(listing) if one.language == name)
            return found.with_notes(
                f"{file} is taken for what the project's tools need: no program in {name} is its"
                f" own; pass --lang {name} if one is"
            )
        if isinstance(error, SeveralProgramsError):
            raise
        for one in LANGUAGES:
            if one.weight == 0 and one.project and (page := one.project.sign(listing)):
                raise NoProgramError(
                    error.message, hint=f"{error.hint}, or pass --lang {one.name} for {page}"
                ) from None
        raise


def _telling_apart(listing: Listing, detected: Detected) -> Detected:
    """The same project, with a note about projects that the image doesn't contain."""
    language = next((one.name for one in LANGUAGES if one.is_called(detected.language)), "")
    others = apart(listing, (language,), (detected,))
    if not others:
        return detected
    named = ", ".join(f"{one.folder} ({one.file.rpartition('/')[2]})" for one in others[:6])
    which = "a separate project" if len(others) == 1 else "separate projects"
    return detected.with_notes(
        f"{named}: {which}, which this image doesn't start: run"
        f" 'bpkit init {others[0].folder}', or pass --all for a Dockerfile each"
    )


def _of_several(
    listing: Listing, wishes: ProjectWishes, found: tuple[LanguageCandidate, ...]
) -> Detected:
    """The one of several languages that has a program; the others may only support it."""
    listed = ", ".join(f"{one.language} ({one.file})" for one in found)
    readers = _readers()
    programs = [one for one in found if not _only_builds(one.language, listing)]
    if len(programs) == 1:
        refuse_paths_outside(listing, programs[0].language)
        detected = readers[programs[0].language].read(listing, wishes)
        others = [one for one in found if one is not programs[0]]
        made_for = [one for one in others if _supports(one.language, listing)]
        return _with_assets(listing, detected, [one.language for one in made_for])
    raise InputError(
        f"{listing.name} may be a project in several languages: {listed}",
        hint=f"say which with --lang {(programs or found)[0].language}",
    )


def _only_builds(language: str, listing: Listing) -> bool:
    support = _support(language)
    return support is not None and support.only_builds(listing)


def _supports(language: str, listing: Listing) -> bool:
    support = _support(language)
    return support is not None and support.builds_assets(listing)


def _support(language: str) -> AssetBuilder | None:
    return next((one.assets for one in LANGUAGES if one.name == language), None)


def _with_assets(listing: Listing, detected: Detected, languages: list[str]) -> Detected:
    for language in languages:
        support = _support(language)
        if support is not None:
            detected = support.with_assets(listing, detected)
    return detected


def _read(name: str, listing: Listing, wishes: ProjectWishes) -> Detected:
    reader = _named(name, listing)
    refuse_paths_outside(listing, name.lower())
    detected = reader.read(listing, wishes)
    others = [one for one in candidates(listing) if one.language != name.lower()]
    if not others:
        return _with_assets(
            listing, detected, [one for one in _asset_builders(listing) if one != name]
        )
    return detected


def _asset_builders(listing: Listing) -> Iterator[str]:
    for one in LANGUAGES:
        if one.assets is not None and one.assets.builds_assets(listing):
            yield one.name


def _named(name: str, listing: Listing) -> ProjectReader:
    reader = _readers().get(name.lower())
    if reader is None:
        known = next((one for one in LANGUAGES if one.name == name.lower()), None)
        raise InputError(
            f"there is no template for {known.title}"
            if known
            else f"'{name}' is not a language that bpkit knows",
            hint=f"there are templates for {', '.join(_readers())}",
        )
    if not reader.sign(listing):
        shown = ", ".join(f"{one.language} ({one.file})" for one in candidates(listing))
        known_by = next(one.known_by for one in LANGUAGES if one.name == name.lower())
        raise InputError(
            f"{listing.name} shows no sign of {name}"
            + (f", which needs {known_by}" if known_by else ""),
            hint=f"it shows: {shown}"
            if shown
            else "write the Dockerfile by hand, or give a template of your own with --template DIR",
        )
    return reader


def _readers() -> dict[str, ProjectReader]:
    return {one.name: one.project for one in LANGUAGES if one.project}
