"""``bpkit doctor``: what engine there is, and the command that mends what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpkit.verbs.doctor.remedies import start_docker
from tests.cli.ground import BUILDKIT, CLASSIC, STAGES, Ground, make_ground

BASIC = {"Driver": "overlay2", "OSType": "linux", "Architecture": "x86_64"}


def items(ground: Ground, status: int, **env: str) -> dict[str, dict[str, str]]:
    """What doctor says, by the names of its items; it ends with ``status``."""
    said = ground.typed("doctor", "--json", **env)
    assert (said.status, said.err) == (status, "")
    shown = json.loads(said.out)
    assert shown["usable"] is (status == 0)
    return {item["name"]: item for item in shown["items"]}


def with_buildx(ground: Ground) -> dict[str, str]:
    """The environment in which the client finds the plugin buildx."""
    plugin = ground.directory / "config" / "cli-plugins" / "docker-buildx"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("#!/bin/sh\n")
    plugin.chmod(0o755)
    return {"DOCKER_CONFIG": str(ground.directory / "config")}


def test_a_classic_engine_is_usable_with_a_hint_how_to_get_buildkit(stages: Ground) -> None:
    stages.engine("info.json", json.dumps(BASIC))
    found = items(stages, 0)
    assert found["engine"]["found"] == f"docker {CLASSIC} (client {CLASSIC}) on linux/x86_64"
    assert found["builder"]["state"] == "note"
    assert found["builder"]["found"].startswith("classic: without --secret")
    assert found["builder"]["fix"] == "export DOCKER_BUILDKIT=1"
    assert found["storage"]["found"] == "overlay2"
    assert found["client"]["found"] == str(stages.standin.directory / "docker")


def test_buildkit_is_seen_by_variable_and_by_plugin(tmp_path: Path, stages: Ground) -> None:
    assert items(stages, 0, DOCKER_BUILDKIT="1")["builder"]["found"].startswith("BuildKit")
    newer = make_ground(tmp_path / "newer", STAGES, client=BUILDKIT)
    config = with_buildx(newer)
    assert items(newer, 0, **config)["builder"]["found"] == "BuildKit, by the buildx plugin"
    off = items(newer, 0, **config, DOCKER_BUILDKIT="0")["builder"]
    assert (off["found"], off["fix"]) == ("classic: DOCKER_BUILDKIT is 0", "unset DOCKER_BUILDKIT")


def test_podman_is_called_by_its_name(stages: Ground) -> None:
    (stages.standin.directory / "podman").symlink_to("docker")
    version = {"Client": {"APIVersion": "4.3.1", "Version": "4.3.1"}}
    stages.engine("version.json", json.dumps(version))
    host = {"host": {"os": "linux", "arch": "amd64"}, "store": {"graphDriverName": "vfs"}}
    stages.engine("info.json", json.dumps(host))
    found = items(stages, 0, DOCKER="podman")
    assert found["engine"]["found"] == "podman 4.3.1 (client 4.3.1) on linux/amd64"
    assert found["builder"]["found"] == "buildah, as part of podman"
    assert found["storage"]["found"] == "vfs"


@pytest.mark.parametrize(
    ("said", "host", "fix"),
    [
        ("permission denied while trying to connect", "", "usermod -aG docker"),
        ("Cannot connect to the Docker daemon", "tcp://x:1", "DOCKER_HOST is tcp://x:1: start"),
        ("Cannot connect to the Docker daemon", "", start_docker()),
    ],
)
def test_an_engine_that_does_not_answer_is_3_with_a_fix(
    stages: Ground, said: str, host: str, fix: str
) -> None:
    program = stages.standin.directory / "docker"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    found = items(stages, 3, DOCKER_HOST=host)
    assert said in found["engine"]["found"]
    assert fix in found["engine"]["fix"]


def test_without_a_client_the_package_is_named(stages: Ground) -> None:
    found = items(stages, 3, DOCKER="no-such-docker")
    assert found["client"]["state"] == "missing"
    assert "'no-such-docker' is not on PATH" in found["client"]["found"]


def test_a_full_storage_is_reported_with_what_frees_it(stages: Ground) -> None:
    """/proc has no free bytes to offer."""
    stages.engine("info.json", json.dumps({**BASIC, "DockerRootDir": "/proc"}))
    found = items(stages, 0)["storage"]
    assert found["state"] == "missing"
    assert found["fix"] == "docker system prune"


def test_the_text_ends_with_the_verdict(stages: Ground) -> None:
    said = stages.typed("doctor")
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[-1] == "bpkit can build here."
    assert lines[0].split() == ["ok", "client", str(stages.standin.directory / "docker")]
    stages.engine("down")
    assert stages.typed("doctor").out.splitlines()[-1] == "bpkit can't build here."
