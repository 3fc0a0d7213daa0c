"""Whether the docker client can build with BuildKit, according to its files."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_PLUGIN_DIRECTORIES = (
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
)


def client_configuration(environ: Mapping[str, str]) -> str:
    """The client's configuration directory."""
    return environ.get("DOCKER_CONFIG") or os.path.join(environ.get("HOME", ""), ".docker")


def has_buildx(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the docker client has its buildx plugin."""
    own = os.path.join(client_configuration(environ), "cli-plugins")
    directories = (own, *_PLUGIN_DIRECTORIES)
    return any(os.access(os.path.join(d, "docker-buildx"), os.X_OK) for d in directories)
