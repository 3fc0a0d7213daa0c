"""A project as ``bpkit init`` sees it: the names of its files, their text, and what they say.

Detection is a pure function of a ``Listing``; only the command that made that touches a disk.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from bpkit.errors import InputError, Place

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Listing:
    """The files of a project: their names, relative with ``/`` between, and a reader of text.

    ``name`` is the directory's own name, which is the project's where no file says otherwise.
    """

    name: str
    files: tuple[str, ...]
    read: Callable[[str], str] = field(repr=False)

    def __contains__(self, file: str) -> bool:
        return file in self.files

    def first(self, *candidates: str) -> str | None:
        """The first of these files that is there."""
        return next((file for file in candidates if file in self.files), None)

    def glob(self, pattern: str) -> tuple[str, ...]:
        """The files that match, those nearest to the top first; ``*`` matches ``/`` too."""
        found = [file for file in self.files if fnmatchcase(file, pattern)]
        return tuple(sorted(found, key=lambda file: (file.count("/"), file)))

    def text(self, *candidates: str) -> str:
        """The text of the first of these files that is there, else nothing."""
        file = self.first(*candidates)
        return self.read(file) if file else ""

    def toml(self, file: str) -> dict[str, Any]:
        """The tables of a TOML file; empty if it isn't there. Raises InputError."""
        try:
            read: dict[str, Any] = tomllib.loads(self.text(file))
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            place = Place(file, int(line[1]) if line else None)
            raise InputError(f"this is no TOML: {error}", place=place) from None
        return read

    def json(self, file: str) -> dict[str, Any]:
        """The object of a JSON file; empty if it isn't there. Raises InputError."""
        try:
            read = json.loads(self.text(file) or "{}")
        except json.JSONDecodeError as error:
            raise InputError(
                f"this is no JSON: {error.msg}", place=Place(file, error.lineno)
            ) from None
        if not isinstance(read, dict):
            raise InputError("this is no JSON object", place=Place(file))
        return read


@dataclass(frozen=True)
class Fact:
    """Something that was found out, and the file that says it (empty: bpkit's own default)."""

    what: str
    value: str
    file: str = ""


@dataclass(frozen=True)
class ProjectWishes:
    """What the user decides: the image's name, the base that ships, the program to start."""

    name: str = ""
    base: str = ""
    entry: str = ""


@dataclass(frozen=True)
class Detected:
    """What was found out about a project, and what its template needs.

    ``template`` is the template's folder, such as ``python/uv``. ``values`` are its named places.
    ``base`` is the image that ships, ``port`` the one the program listens on, empty if none.
    """

    language: str
    template: str
    name: str
    base: str
    values: Mapping[str, str]
    facts: tuple[Fact, ...] = ()
    port: str = ""
    healthcheck: str = ""


def image_name(text: str) -> str:
    """``text`` as the name of an image: lower case, and only what a reference may hold.

    The grammar is that of github.com/distribution/reference.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower().rpartition("/")[2]).strip("-")
    return slug or "app"


def one_entry(
    found: Iterable[str], wishes: ProjectWishes, what: str, file: str, missing: str = ""
) -> str:
    """The one program of those found, or the one wished for.

    Raises InputError if there are several and none is wished for, or none at all.
    """
    if wishes.entry:
        return wishes.entry
    several = tuple(dict.fromkeys(found))
    if len(several) == 1:
        return several[0]
    if several:
        raise InputError(
            f"there are {len(several)} {what}s: {', '.join(several)}",
            place=Place(file),
            hint=f"Name one: --entry {several[0]}",
        )
    raise InputError(
        f"no {what} was found",
        place=Place(file) if file else None,
        hint=missing or "Name it with --entry.",
    )


def stem(file: str) -> str:
    """The file's name without its folder and its last extension."""
    return PurePosixPath(file).stem


def words(items: Iterable[str]) -> str:
    """File names as words of an instruction. Raises InputError for one that needs quotes."""
    listed = tuple(items)
    for item in listed:
        plain(item, "file name")
    return " ".join(listed)


def plain(text: str, what: str, file: str = "") -> str:
    """``text`` itself, if it means itself in a shell and in a Dockerfile. Raises InputError."""
    if not re.fullmatch(r"[A-Za-z0-9_@%+=:,./~-]+", text):
        raise InputError(
            f"the {what} {text!r} has a character that would need quotes in a Dockerfile",
            place=Place(file) if file else None,
            hint="Rename it, or write the Dockerfile by hand.",
        )
    return text


def argv(*items: str) -> str:
    """A command in the JSON form of ENTRYPOINT, CMD and HEALTHCHECK."""
    return json.dumps(items, ensure_ascii=False)
