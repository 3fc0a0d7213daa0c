"""The line of a Dockerfile that made each layer, from the image's history.

Each instruction leaves an entry in the history, so both are read from their ends towards the base,
and an entry must look like what the instruction leaves. If one doesn't, the image was built
from another file, and no further lines are given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpkit.errors import Place

if TYPE_CHECKING:
    from bpkit.formats.dockerfile import Instruction, Stage
    from bpkit.image import BuildRecord

_CLASSIC = re.compile(r"/bin/sh -c #\(nop\)\s+(.*)", re.DOTALL)
_SHELL = re.compile(r"^(?:\|\d+ .*?)?(?:/bin/[a-z]*sh|cmd|powershell)\b[^\n]*? -c ", re.DOTALL)
_HASHED = re.compile(r"(?:COPY|ADD) (?:file|dir|multi):\S+ in ")
_BUILDKIT = " # buildkit"


@dataclass(frozen=True)
class HistoryEntry:
    """An entry of the image's history, the oldest first; ``is_empty`` is one without a layer."""

    created_by: str
    is_empty: bool

    @property
    def keyword(self) -> str:
        """The instruction's: ``RUN`` for a command of the classic builder."""
        return self.instruction.partition(" ")[0].upper()

    @property
    def instruction(self) -> str:
        """The instruction as in a Dockerfile, as far as the builder recorded it."""
        text = self.created_by.removesuffix(_BUILDKIT).strip()
        if classic := _CLASSIC.match(text):
            return classic[1].strip()
        if text.startswith("RUN "):
            return f"RUN {_SHELL.sub('', text[4:], count=1)}"
        if _SHELL.match(text):
            return f"RUN {_SHELL.sub('', text, count=1)}"
        return text


def history_of(document: Mapping[str, Any]) -> tuple[HistoryEntry, ...]:
    """The history in the configuration of an image."""
    found = document.get("history")
    return tuple(
        HistoryEntry(
            str(one.get("created_by") or one.get("comment") or ""), bool(one.get("empty_layer"))
        )
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict)
    )


def creators(entries: Sequence[HistoryEntry], layers: int) -> tuple[HistoryEntry | None, ...]:
    """The entry of each layer; empty if the history doesn't have as many."""
    made = [one for one in entries if not one.is_empty]
    return tuple(made) if len(made) == layers else (None,) * layers


@dataclass(frozen=True)
class LayerLines:
    """The place of each layer that has one, how many are the base image's (None where nothing
    tells), and a sentence on where that is from.
    """

    places: Mapping[int, Place]
    base: int | None
    note: str = ""


def lines_of(
    entries: Sequence[HistoryEntry],
    record: BuildRecord | None,
    stage: Stage | None,
    directory: Path,
) -> LayerLines:
    """The lines by the Dockerfile in ``directory`` where the image was made of it, else by the
    record of its builder, else as far as the Dockerfile and the history agree.
    """
    found, is_whole = places(entries, stage) if stage else ({}, False)
    below = {
        number: place if str(directory) == "." else replace(place, file=str(directory / place.file))
        for number, place in found.items()
    }
    if stage and is_whole:
        layers = sum(not one.is_empty for one in entries)
        return LayerLines(below, layers - len(found))
    if record:
        said = {number: Place(record.file, line) for number, line in record.lines.items()}
        return LayerLines(
            said, record.base, f"lines are those of '{record.file}' in the image's build record"
        )
    if stage is None:
        return LayerLines({}, None)
    return LayerLines(
        below,
        None,
        f"lines are shown as far as they match: the image was built from a different {stage.file}",
    )


def places(entries: Sequence[HistoryEntry], stage: Stage) -> tuple[dict[int, Place], bool]:
    """The place of each layer, by its number, and whether the whole stage was found.

    The entries of the base image come before, and have no place.
    """
    wanted = [
        (instruction, one.place(instruction))
        for one in stage.lineage
        for instruction in one.instructions
    ]
    found: dict[int, Place] = {}
    number = sum(not one.is_empty for one in entries)
    at = len(entries)
    while wanted and at:
        instruction, place = wanted[-1]
        entry = entries[at - 1]
        is_own = _is_made_by(entry, instruction)
        if is_own:
            wanted.pop()
        elif instruction.keyword in _SILENT:
            wanted.pop()
            continue
        elif not (entry.is_empty and entry.keyword == "LABEL"):
            break
        at -= 1
        if not entry.is_empty:
            number -= 1
            if is_own:
                found[number] = place
    return found, not wanted


#: Instructions that may leave no entry. And --label of the classic builder leaves a LABEL that no
#: line has.
_SILENT = frozenset({"ARG", "ONBUILD", "MAINTAINER"})


def _is_made_by(entry: HistoryEntry, instruction: Instruction) -> bool:
    if entry.keyword != instruction.keyword:
        return False
    said = " ".join(entry.instruction.split())
    written = " ".join(" ".join(instruction.args).split())
    if instruction.keyword == "RUN":
        return bool(instruction.heredocs) or said.endswith(written)
    if instruction.keyword in {"COPY", "ADD"}:
        # The classic builder writes a digest for the sources, and all write values for variables.
        if instruction.heredocs or "$" in written or said.endswith(f" {written}"):
            return True
        return bool(_HASHED.match(said)) and said.endswith(f" {instruction.args[-1]}")
    return True
