"""The user's choices about the program, kept in bpkit.toml for the next run."""

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
    """The wishes, from the switches or else from the project's settings.

    Raises InputError for a port that is not valid.
    """
    settings = load_settings(directory)
    if not wishes.every:
        # The settings describe one program; they don't apply if all are wanted.
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
            f"{wishes.source_of('port')} '{wishes.port}' is not a valid port",
            hint="pass a number from 1 to 65535, with /udp for UDP",
        )
    return wishes


def kept_wishes(directory: Path, wishes: ProjectWishes) -> Iterator[NewFile]:
    """bpkit.toml with the switches about the program; nothing if there are none."""
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
            # Above any table, where keys belong to the document itself.
            text = f"{line}\n{text}"
    yield SettingsFile(FILE, text, before)


def _said(wishes: ProjectWishes) -> tuple[str, ...]:
    """The switches about the program that were passed."""
    return tuple(key for key in KEPT if getattr(wishes, key) and key not in wishes.kept)


def _is_in_pyproject(directory: Path) -> bool:
    """Whether the settings are in pyproject.toml: a bpkit.toml would hide them."""
    if as_it_is(directory, FILE) is not None:
        return False
    return "[tool.bpkit" in (as_it_is(directory, "pyproject.toml") or "")


def notes_on_kept(directory: Path, wishes: ProjectWishes) -> Iterator[str]:
    """Notes on settings that a switch overrides, and on switches that can't be kept."""
    settings = load_settings(directory)
    said = _said(wishes)
    for key in KEPT:
        before = getattr(settings, key)
        if before and before != getattr(wishes, key) and said:
            by = f"--{key}" if key in said else f"--{said[0]}"
            yield f"{by} overrides {key} = {json.dumps(before, ensure_ascii=False)} in {FILE}"
    if said and _is_in_pyproject(directory):
        lines = ", ".join(f"{key} = {json.dumps(getattr(wishes, key))}" for key in said)
        yield f"to keep it, add to [tool.bpkit] in pyproject.toml: {lines}"


class SettingsFile(NewFile):
    """A settings file, of which only some lines are bpkit's: it is changed, never refused."""

    @property
    def state(self) -> str:
        return "same" if self.before == self.text else ("new" if self.before is None else "renewed")
