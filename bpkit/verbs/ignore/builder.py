"""The builder that reads the file: that of the engine in use."""

from __future__ import annotations

import re

from bpkit.core import Engine, uses_buildkit
from bpkit.errors import NoEngineError
from bpkit.formats.dockerignore import BUILDKIT, CLASSIC, UNTIL_20, Dialect

_FIRST_NEW = 23


def builder_of(engine: Engine) -> Dialect:
    """How this engine's builder reads a ``.dockerignore``; BuildKit's way if no engine answers."""
    try:
        versions = engine.versions()
    except NoEngineError:
        return BUILDKIT
    if versions.podman or uses_buildkit(versions):
        return BUILDKIT
    found = re.match(r"\d+", versions.server)
    return UNTIL_20 if found and int(found.group()) < _FIRST_NEW else CLASSIC
