"""The line of a Dockerfile that made each layer, from the image's history.

Each instruction adds an entry to the history, so both are read backwards from their ends to the
base, and each entry must match its instruction. If one doesn't, the image was built from another
file, and no further lines are given.
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
    """An entry in the image's history; ``is_empty`` if it has no layer."""

    created_by: str
    is_empty: bool

    @property
    def keyword(self) -> str:
        """The instruction's keyword: ``RUN`` for a command from the classic builder."""
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
    """The entry of each layer; None for all if the numbers don't match."""
    made = [one for one in entries if not one.is_empty]
    return tuple(made) if len(made) == layers else (None,) * layers


@dataclass(frozen=True)
class LayerLines:
    """The place of each layer that has one.

    ``base`` is the number of layers from the base image (None if unknown), ``note`` a sentence on
    the source of this information.
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
    """The lines of the Dockerfile in ``directory`` if the image was built from it.

    Otherwise they are the builder's record, or as far as the Dockerfile and the history agree.
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
    """The place of each layer by number, and whether the whole stage was found.

    The base image's entries come first and have no place.
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


#: Instructions that may add no entry. The classic builder's --label adds a LABEL that has no line.
_SILENT = frozenset({"ARG", "ONBUILD", "MAINTAINER"})


def _is_made_by(entry: HistoryEntry, instruction: Instruction) -> bool:
    if entry.keyword != instruction.keyword:
        return False
    said = " ".join(entry.instruction.split())
    written = " ".join(" ".join(instruction.args).split())
    if instruction.keyword == "RUN":
        return bool(instruction.heredocs) or said.endswith(written)
    if instruction.keyword in {"COPY", "ADD"}:
        # The classic builder records a digest for the sources, and all builders expand variables.
        if instruction.heredocs or "$" in written or said.endswith(f" {written}"):
            return True
        return bool(_HASHED.match(said)) and said.endswith(f" {instruction.args[-1]}")
    return True
