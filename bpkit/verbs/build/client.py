"""The builder that the client uses, remembered from run to run.

Asking costs one more call of the client per build, and the answer only changes when the client
does. So it is kept in the user's cache under the program's path, size and time.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bpkit.core import Engine, Versions, says_builder
from bpkit.project import cache_directory, read_kept, write_kept


def known_versions(engine: Engine) -> Versions:
    """The versions of client and server, the server's as of the client's first use.

    Raises NoEngineError if the engine has to be asked and doesn't answer.
    """
    if engine.is_podman or says_builder():
        # No setting that the answer could change.
        return Versions("", "", engine.is_podman)
    key = _key(engine.words[0])
    kept = _read(_path())
    found = kept.get(key) if key else None
    if isinstance(found, list) and len(found) == 3:
        return Versions(str(found[0]), str(found[1]), bool(found[2]))
    versions = engine.versions()
    if key:
        entry = [versions.client, versions.server, versions.podman]
        write_kept(_path(), {**kept, key: entry})
    return versions


def _key(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    status = os.stat(path)
    return f"{os.path.realpath(path)} {status.st_size} {status.st_mtime_ns}"


def _path() -> Path:
    return cache_directory() / "clients.json"


def _read(path: Path) -> dict[str, object]:
    kept = read_kept(path)
    return kept if isinstance(kept, dict) else {}
