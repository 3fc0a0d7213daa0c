"""The record of images and their inputs: unchanged runs stop early, each image has an owner.

For each project directory and engine the ledger has the ids of the images that the last run made,
digests of their inputs, every tag that a run ever set and every image that one made. It is in the
user's cache, not in the project; if it is lost, the next build takes a few hundred milliseconds
longer, and ``bpkit clean`` misses images that no file names.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bpkit.project import cache_directory, read_kept, write_kept

# Beyond this number, the oldest images are forgotten.
_MOST_IMAGES = 4000


@dataclass(frozen=True)
class LedgerEntry:
    """The result of one run.

    ``ids`` are the images' ids by their names in the recipe, ``bases`` their base images' ids by
    name, ``every`` and ``later`` the digests from ``bpkit.verbs.build.inputs``. ``tags`` and
    ``made`` cover all runs: the tags that they set, and ids, the newest last. ``sent`` records for
    each context how it reached the engine: a path, since when, and with which directories.
    ``parts`` are the inputs' parts, ``seconds`` the duration of the build.
    """

    ids: dict[str, str]
    bases: dict[str, str]
    every: str
    later: str
    tags: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    sent: dict[str, tuple[str, int, Mapping[str, str]]] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Claims:
    """The images by who made them: ids of runs in this directory, and in all others."""

    mine: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()


def read_entry(directory: Path, engine: str) -> LedgerEntry | None:
    """The record of the last run in ``directory`` on this engine; None if there is none."""
    return _read(entry_path(directory, engine))


def write_entry(directory: Path, engine: str, entry: LedgerEntry) -> bool:
    """Record what this run made; returns whether that worked."""
    path = entry_path(directory, engine)
    before = _read(path)
    tags = dict.fromkeys([*(before.tags if before else ()), *entry.tags])
    # An image that is made again counts as new.
    old = [one for one in (before.made if before else ()) if one not in entry.made]
    made = (*old, *entry.made)[-_MOST_IMAGES:]
    return write_kept(path, asdict(replace(entry, tags=tuple(tags), made=made)))


def read_tags(directory: Path) -> tuple[str, ...]:
    """All tags that runs in ``directory`` have set, on any engine."""
    entries = [_read(path) for path in _paths(directory)]
    return tuple(dict.fromkeys(tag for entry in entries if entry for tag in entry.tags))


def read_claims(directory: Path) -> Claims:
    """The images made by runs in ``directory``, and by runs in all other directories."""
    own = frozenset(_paths(directory))
    mine, theirs = (
        frozenset(one for path in paths if (entry := _read(path)) for one in entry.made)
        for paths in (own, frozenset(_home().glob("*.json")) - own)
    )
    return Claims(mine, theirs)


def forget(directory: Path) -> None:
    """Forget everything about ``directory``."""
    for path in _paths(directory):
        entry = _read(path)
        for link, *_ in entry.sent.values() if entry else ():
            if os.path.islink(link):
                with suppress(OSError):
                    os.unlink(link)
        with suppress(OSError):
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
            made=tuple(str(one) for one in said["made"]),
            sent={
                str(at): (str(by), int(since), _texts(directories))
                for at, (by, since, directories) in said["sent"].items()
            },
            parts=_texts(said["parts"]),
            seconds=float(said["seconds"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _texts(said: Mapping[str, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in said.items()}


def _paths(directory: Path) -> list[Path]:
    return sorted(_home().glob(f"{_key(str(directory.resolve()))}-*.json"))


def entry_path(directory: Path, engine: str) -> Path:
    """The file with the entry."""
    return _home() / f"{_key(str(directory.resolve()))}-{_key(engine)}.json"


def _home() -> Path:
    return cache_directory() / "made"


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
