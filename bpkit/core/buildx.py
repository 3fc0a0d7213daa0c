"""Whether the docker client can build with BuildKit, according to its files."""

from __future__ import annotations

import os
from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLUGIN_DIRECTORIES = (
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
)


def client_configuration(environ: Mapping[str, str]) -> str:
    """The client's configuration directory."""
    return environ.get("DOCKER_CONFIG") or os.path.join(environ.get("HOME", ""), ".docker")


def own_builder(words: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """The builder that ``docker build`` uses: that of the client's context, by the same name.

    ``words`` are the client's with the switches that choose an engine. Empty if the environment
    names a builder.
    """
    if environ.get("BUILDX_BUILDER"):
        return ""
    for switch, value in pairwise(words[1:]):
        if switch in {"--context", "-c"}:
            return value
        if switch in {"--host", "-H"}:
            return "default"
    if environ.get("DOCKER_HOST"):
        return "default"
    if named := environ.get("DOCKER_CONTEXT"):
        return named
    import json

    try:
        with open(os.path.join(client_configuration(environ), "config.json"), "rb") as file:
            said = json.load(file)
    except (OSError, ValueError, RecursionError):
        return "default"
    named = said.get("currentContext") if isinstance(said, dict) else ""
    return named if isinstance(named, str) and named else "default"


def has_buildx(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the docker client has its buildx plugin."""
    own = os.path.join(client_configuration(environ), "cli-plugins")
    directories = (own, *_PLUGIN_DIRECTORIES)
    return any(os.access(os.path.join(d, "docker-buildx"), os.X_OK) for d in directories)
