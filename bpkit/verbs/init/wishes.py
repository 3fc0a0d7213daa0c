"""What the user says of the program, kept in bpkit.toml so that it need be said once only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bpkit.errors import InputError
from bpkit.languages import ProjectWishes
from bpkit.project import NewFile, as_it_is, load_settings

FILE = "bpkit.toml"
_KEPT = ("cmd", "port", "entry")


def wishes_of(directory: Path, wishes: ProjectWishes) -> ProjectWishes:
    """The wishes, with what the project's settings say where no switch does.

    Raises InputError for a port that is none.
    """
    settings = load_settings(directory)
    if wishes.every:
        # What is kept says which one of several is meant, and all are.
        pass
    elif not (wishes.cmd or wishes.entry or wishes.port):
        if settings.cmd or settings.port or settings.entry:
            wishes = replace(
                wishes,
                cmd=settings.cmd,
                port=settings.port,
                entry=settings.entry,
                said_by=FILE,
            )
    elif not (wishes.cmd or wishes.entry):
        wishes = replace(wishes, cmd=settings.cmd, entry=settings.entry)
    wishes = replace(wishes, name=wishes.name or settings.name)
    number = re.fullmatch(r"(\d{1,5})(?:/udp)?", wishes.port)
    if wishes.port and not (number and 0 < int(number[1]) < 65536):
        raise InputError(
            f"{wishes.source_of('port')} '{wishes.port}' is not a port",
            hint="pass a number from 1 to 65535, or one of UDP as in 53/udp",
        )
    return wishes


def kept_wishes(directory: Path, wishes: ProjectWishes) -> Iterator[NewFile]:
    """bpkit.toml with what a switch says of the program; nothing where no switch does."""
    if wishes.said_by or not (wishes.cmd or wishes.entry or wishes.port):
        return
    before = as_it_is(directory, FILE)
    text = before or ""
    if "[tool.bpkit" in ((as_it_is(directory, "pyproject.toml") or "") if before is None else ""):
        # Settings are read from one file: a second one would hide what stands there.
        return
    for key in _KEPT:
        value = getattr(wishes, key)
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        shape = re.compile(rf"^{key}\s*=[^\n]*\n?", re.MULTILINE)
        if found := shape.search(text):
            text = text[: found.start()] + (f"{line}\n" if value else "") + text[found.end() :]
        elif value:
            # Above any table, where a key is the document's own.
            text = f"{line}\n{text}"
    yield SettingsFile(FILE, text, before)


class SettingsFile(NewFile):
    """A file of settings, of which only some lines are bpkit's: it is changed, never refused."""

    @property
    def state(self) -> str:
        return "same" if self.before == self.text else ("new" if self.before is None else "renewed")
