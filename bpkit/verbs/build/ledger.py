"""What was made of what: lets a run with nothing new stop.

For each project directory and engine the ledger keeps the ids that the last run made, digests of
all that went into them, and every tag that a run ever gave. It lies in the user's cache, not in
the project; a lost one costs a few hundred milliseconds, and ``bpkit clean`` the knowledge of tags
that no file of the project names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bpkit.core import cache_directory, read_kept, write_kept


@dataclass(frozen=True)
class LedgerEntry:
    """What one run made.

    ``ids`` are those of the images by their names in the recipe, ``bases`` those of what they
    start from by its name, ``every`` and ``later`` the digests of ``bpkit.verbs.build.inputs``.
    """

    ids: dict[str, str]
    bases: dict[str, str]
    every: str
    later: str
    tags: tuple[str, ...] = ()


def read_entry(directory: Path, engine: str) -> LedgerEntry | None:
    """What the last run in ``directory`` on this engine made, or None."""
    return _read(_path(directory, engine))


def write_entry(directory: Path, engine: str, entry: LedgerEntry) -> bool:
    """Keep what this run made; whether that worked."""
    path = _path(directory, engine)
    before = _read(path)
    tags = dict.fromkeys([*(before.tags if before else ()), *entry.tags])
    return write_kept(path, asdict(replace(entry, tags=tuple(tags))))


def read_tags(directory: Path) -> tuple[str, ...]:
    """All tags that runs in ``directory`` have given, on whichever engine."""
    entries = [_read(path) for path in _paths(directory)]
    return tuple(dict.fromkeys(tag for entry in entries if entry for tag in entry.tags))


def forget(directory: Path) -> None:
    """Drop what is kept of ``directory``."""
    for path in _paths(directory):
        path.unlink(missing_ok=True)


def _read(path: Path) -> LedgerEntry | None:
    try:
        said: Any = read_kept(path)
        return LedgerEntry(
            ids=_texts(said["ids"]),
            bases=_texts(said["bases"]),
            every=str(said["every"]),
            later=str(said["later"]),
            tags=tuple(str(tag) for tag in said["tags"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _texts(said: Mapping[str, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in said.items()}


def _paths(directory: Path) -> list[Path]:
    return sorted(_home().glob(f"{_key(str(directory.resolve()))}-*.json"))


def _path(directory: Path, engine: str) -> Path:
    return _home() / f"{_key(str(directory.resolve()))}-{_key(engine)}.json"


def _home() -> Path:
    return cache_directory() / "made"


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
