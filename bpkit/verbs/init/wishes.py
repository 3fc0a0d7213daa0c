"""What the user says about the program, kept in bpkit.toml so that once is enough."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bpkit.errors import InputError
from bpkit.languages import ProjectWishes, port_of_command
from bpkit.project import NewFile, as_it_is, load_settings

FILE = "bpkit.toml"
KEPT = ("cmd", "port", "entry")


def wishes_of(directory: Path, wishes: ProjectWishes) -> ProjectWishes:
    """The wishes, from the switches or else from the project's settings. Raises

    InputError for a port that is not valid.
    """
    settings = load_settings(directory)
    if not wishes.every:
        # Of one program among several; where all are wanted it says nothing.
        names_one = bool(wishes.cmd or wishes.entry)
        kept = {
            key: value
            for key in KEPT
            if (value := getattr(settings, key))
            and not getattr(wishes, key)
            and not (names_one and key in {"cmd", "entry"})
        }
        if "port" in kept and port_of_command(wishes.cmd):
            del kept["port"]
        wishes = replace(wishes, **kept, said_by=FILE if kept else "", kept=tuple(kept))
    wishes = replace(wishes, name=wishes.name or settings.name)
    number = re.fullmatch(r"(\d{1,5})(?:/udp)?", wishes.port)
    if wishes.port and not (number and 0 < int(number[1]) < 65536):
        raise InputError(
            f"{wishes.source_of('port')} '{wishes.port}' is not a port",
            hint="pass a number from 1 to 65535, for UDP as in 53/udp",
        )
    return wishes


def kept_wishes(directory: Path, wishes: ProjectWishes) -> Iterator[NewFile]:
    """bpkit.toml with what switches say about the program; nothing without such a switch."""
    if not _said(wishes) or _is_in_pyproject(directory):
        return
    before = as_it_is(directory, FILE)
    text = before or ""
    for key in KEPT:
        value = getattr(wishes, key)
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        shape = re.compile(rf"^{key}\s*=[^\n]*\n?", re.MULTILINE)
        if found := shape.search(text):
            text = text[: found.start()] + (f"{line}\n" if value else "") + text[found.end() :]
        elif value:
            # Above any table, where a key is the document's own.
            text = f"{line}\n{text}"
    yield SettingsFile(FILE, text, before)


def _said(wishes: ProjectWishes) -> tuple[str, ...]:
    """What switches say of the program."""
    return tuple(key for key in KEPT if getattr(wishes, key) and key not in wishes.kept)


def _is_in_pyproject(directory: Path) -> bool:
    """Whether settings stand in pyproject.toml: a second file would hide them."""
    if as_it_is(directory, FILE) is not None:
        return False
    return "[tool.bpkit" in (as_it_is(directory, "pyproject.toml") or "")


def notes_on_kept(directory: Path, wishes: ProjectWishes) -> Iterator[str]:
    """What of the settings gives way to a switch, and what can't be kept."""
    settings = load_settings(directory)
    said = _said(wishes)
    for key in KEPT:
        before = getattr(settings, key)
        if before and before != getattr(wishes, key) and said:
            by = f"--{key}" if key in said else f"--{said[0]}"
            yield f"{key} = {json.dumps(before, ensure_ascii=False)} of {FILE} gives way to {by}"
    if said and _is_in_pyproject(directory):
        lines = ", ".join(f"{key} = {json.dumps(getattr(wishes, key))}" for key in said)
        yield f"to keep it, add to [tool.bpkit] of pyproject.toml: {lines}"


class SettingsFile(NewFile):
    """A file of settings, of which only some lines are bpkit's: it is changed, never refused."""

    @property
    def state(self) -> str:
        return "same" if self.before == self.text else ("new" if self.before is None else "renewed")
