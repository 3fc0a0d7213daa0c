"""The settings and the program that ``scripts/engine up podman`` writes."""

from __future__ import annotations

import json
import resource
import subprocess
from pathlib import Path

import pytest

from scripts.bpkit_dev import podman
from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.engines import server_version
from scripts.bpkit_dev.flavours import PODMAN, Paths, client_environment
from scripts.bpkit_dev.network import Bridge

tomllib = pytest.importorskip("tomllib", reason="Python 3.11 has it")

PATHS = Paths(Path('/var/a "b" $HOME/podman'))
BRIDGE = Bridge("bpkit12345678", "198.18.7.1/24")


def containers(files: int, processes: int) -> dict[str, dict[str, object]]:
    text = podman.containers_settings(PATHS, {"A": 'x "y"'}, files=files, processes=processes)
    settings: dict[str, dict[str, object]] = tomllib.loads(text)
    return settings


def test_the_settings_are_toml_whatever_the_path_holds() -> None:
    settings = containers(1024, 1000)
    assert settings["engine"]["conmon_path"] == [f"{PATHS.root}/usr/bin/conmon"]
    assert settings["engine"]["conmon_env_vars"] == ['A=x "y"']
    storage = tomllib.loads(podman.storage_settings(PATHS))["storage"]
    assert storage["graphroot"] == f"{PATHS.state}/data"


@pytest.mark.parametrize(
    ("files", "processes", "limits"),
    [
        (20000, 500, ["nofile=20000:20000", "nproc=500:500"]),
        (1 << 30, 96364, ["nofile=1048576:1048576", "nproc=32768:32768"]),
        (
            resource.RLIM_INFINITY,
            resource.RLIM_INFINITY,
            ["nofile=1048576:1048576", "nproc=32768:32768"],
        ),
    ],
)
def test_no_container_asks_for_more_than_its_engine_may_have(
    files: int, processes: int, limits: list[str]
) -> None:
    assert containers(files, processes)["containers"]["default_ulimits"] == limits


def test_the_network_is_on_the_bridge_of_this_engine() -> None:
    settings = json.loads(json.dumps(podman.network_settings(BRIDGE)))
    assert settings["network_interface"] == BRIDGE.name
    assert settings["subnets"] == [{"subnet": "198.18.7.0/24", "gateway": "198.18.7.1"}]
    assert len(settings["id"]) == 64


def test_the_wrapper_passes_arguments_status_and_settings(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "it's $HOME")
    real = paths.root / "usr/bin/podman"
    real.parent.mkdir(parents=True)
    real.write_text('#!/bin/sh\nprintf "%s|" "$SETTING" "$@"\nexit 7\n')
    real.chmod(0o755)
    paths.bin.mkdir()
    program = paths.bin / "podman"
    program.write_text(podman.wrapper(paths, {"SETTING": "a 'b' $c"}))
    program.chmod(0o755)
    ran = subprocess.run(
        [program, "run", "a b", "", "--flag"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 7
    where = f"--root|{paths.data}|--runroot|{paths.run}|--tmpdir|{paths.run}/libpod"
    assert ran.stdout == f"a 'b' $c|{where}|run|a b||--flag|"


def test_only_mounts_below_the_engine_are_unmounted_the_innermost_first() -> None:
    mounts = (
        "overlay / overlay rw 0 0\n"
        "/dev/vda /e/podman/data/overlay ext4 rw 0 0\n"
        "overlay /e/podman/data/overlay/x\\040y/merged overlay rw 0 0\n"
        "/dev/vda /e/podman2/data/overlay ext4 rw 0 0\n"
    )
    assert podman.mounts_below(Path("/e/podman"), mounts) == [
        Path("/e/podman/data/overlay/x y/merged"),
        Path("/e/podman/data/overlay"),
    ]


def test_podman_without_its_wrapper_is_not_up(tmp_path: Path) -> None:
    assert server_version(PODMAN, Paths(tmp_path)) == ""
    assert podman.down(Paths(tmp_path)) is False


def test_podman_is_reached_by_its_program_alone() -> None:
    env = client_environment(PODMAN, Paths(Path("/e")), {"PATH": "/usr/bin"})
    assert env == {"PATH": "/e/bin:/usr/bin", "DOCKER": "podman"}


def test_podman_keeps_base_images_under_the_name_that_a_pull_gives_them() -> None:
    assert Client("podman").reference("alpine:latest") == "docker.io/library/alpine:latest"
    assert Client("podman").reference("someone/x:1") == "docker.io/someone/x:1"
    assert Client("podman").reference("example.org/x:1") == "example.org/x:1"
    assert Client("docker").reference("alpine:latest") == "alpine:latest"
