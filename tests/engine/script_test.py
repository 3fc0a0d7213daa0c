"""The generated script where no Python is: in a container that has a docker client."""

from __future__ import annotations

import os

import pytest

from tests.engine.pair_project import NOTHING, PairProject
from tests.engine.session import client_files


def test_it_runs_in_a_container_that_has_only_busybox_and_a_client(pair: PairProject) -> None:
    """As in ``docker:cli``: busybox's ash, the engine's socket, and nothing else."""
    if pair.engine.flavour == "podman":
        pytest.skip("podman has no socket that its client could be given in a container")
    client, *libraries = client_files(pair.engine)
    socket = pair.env["DOCKER_HOST"].removeprefix("unix://")
    mounts = [f"{client}:/bin/docker:ro", *(f"{path}:{path}:ro" for path in libraries)]
    mounts += [f"{socket}:/var/run/docker.sock", f"{pair.directory}:/project"]
    pair.script("--help")
    volumes = [word for mount in mounts for word in ("-v", mount)]
    said = pair.engine.docker(
        *("run", "--rm", "--label", pair.engine.label, *volumes, "busybox"),
        *("sh", "-c", '! command -v python3 && exec sh "$0" "$@"'),
        *("/project/setup_builder_pattern.sh", "-q", "--", "--label", "own=a b"),
    )
    assert "Traceback" not in said
    assert pair.says() == "hello"
    shown = pair.engine.docker(
        *("image", "inspect", "-f", '{{index .Config.Labels "own"}}', pair.name)
    )
    assert shown == "a b"
    assert pair.left() == NOTHING
    assert sorted(os.listdir(pair.directory)) == [
        *("Dockerfile.build", "Dockerfile.runtime", "greeting", "setup_builder_pattern.sh")
    ]
