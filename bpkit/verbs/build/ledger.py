"""What was made of what: lets a run with nothing new stop.

For each project directory and engine the ledger keeps the ids that the last run made, digests of
all that went into them, and every tag that a run ever gave. It lies in the user's cache, not in
the project; a lost one costs a few hundred milliseconds, and ``bpkit clean`` the knowledge of tags
that no file of the project names.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path


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
    return write_json(path, asdict(replace(entry, tags=tuple(tags))))


def write_json(path: Path, data: object) -> bool:
    """Write ``data`` to a file of the cache, whole or not at all; whether that worked."""
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(data, file)
        os.replace(name, path)
    except OSError:
        if name:
            Path(name).unlink(missing_ok=True)
        return False
    return True


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
        said = json.loads(path.read_text(encoding="utf-8"))
        return LedgerEntry(
            ids=_texts(said["ids"]),
            bases=_texts(said["bases"]),
            every=str(said["every"]),
            later=str(said["later"]),
            tags=tuple(str(tag) for tag in said["tags"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _texts(said: Mapping[str, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in said.items()}


def _paths(directory: Path) -> list[Path]:
    return sorted(_home().glob(f"{_key(str(directory.resolve()))}-*.json"))


def _path(directory: Path, engine: str) -> Path:
    return _home() / f"{_key(str(directory.resolve()))}-{_key(engine)}.json"


def _home() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(cache, "bpkit", "made")


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
