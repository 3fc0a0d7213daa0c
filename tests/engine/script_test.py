"""The generated script where no Python is: in a container that has a docker client."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.engine.pair_project import NOTHING, PairProject


def client_files(pair: PairProject) -> list[str]:
    """The docker client of the engine and the libraries it is linked with, by their paths."""
    program = shutil.which("docker", path=pair.env["PATH"])
    if program is None or pair.engine.flavour == "existing":
        pytest.skip("no docker client of ours to take into the container")
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    return [program, *re.findall(r"(?:=> )?(/\S+) \(0x", linked.stdout)]


def test_it_runs_in_a_container_that_has_only_busybox_and_a_client(pair: PairProject) -> None:
    """As in ``docker:cli``: busybox's ash, the engine's socket, and nothing else."""
    client, *libraries = client_files(pair)
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
