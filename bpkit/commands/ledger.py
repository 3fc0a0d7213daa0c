"""What was made of what: lets a run with nothing new stop after the build image.

For each image that ships, the ledger keeps the ids that the last run made and a digest of all that
went into it besides the build image. It lies in the user's cache, not in the project, and a lost or
broken one costs a few hundred milliseconds and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """The ids of the images by their names in the recipe, and the digest of what went in."""

    ids: dict[str, str]
    inputs: str


def read_entry(directory: Path, engine: str) -> Entry | None:
    """What the last run in ``directory`` on this engine made, or None."""
    try:
        said = json.loads(_path(directory, engine).read_text(encoding="utf-8"))
        return Entry({str(k): str(v) for k, v in said["ids"].items()}, str(said["inputs"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_entry(directory: Path, engine: str, entry: Entry) -> bool:
    """Keep what this run made; whether that worked."""
    path = _path(directory, engine)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(entry), file)
        os.replace(name, path)
    except OSError:
        return False
    return True


def inputs_digest(*parts: object) -> str:
    """A digest of the parts, of which each must show all that matters in its ``repr``."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _path(directory: Path, engine: str) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    key = f"{directory.resolve()}\0{engine}"
    name = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return Path(cache, "bpkit", "made", f"{name}.json")
