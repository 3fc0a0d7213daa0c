"""``bpkit.verbs.doctor.remedies``: commands that this system has."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from bpkit.verbs.doctor.remedies import another_staging, install, start_docker


@pytest.mark.parametrize(
    ("program", "tool", "command"),
    [
        ("apt-get", "docker", "apt-get install docker.io"),
        ("apk", "buildx", "apk add docker-cli-buildx"),
        ("brew", "shellcheck", "brew install shellcheck"),
        ("pacman", "docker", "see https://docs.docker.com/engine/install/"),
    ],
)
def test_packages_are_named_as_the_system_calls_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, tool: str, command: str
) -> None:
    (tmp_path / program).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert install(tool) == command


def test_on_a_mac_docker_is_an_application(mocker: MockerFixture) -> None:
    mocker.patch.object(platform, "system", return_value="Darwin")
    assert start_docker() == "open -a Docker"


def test_staging_moves_to_a_directory_that_can_be_written(mocker: MockerFixture) -> None:
    assert another_staging() == "export TMPDIR=/var/tmp"
    mocker.patch.object(os, "access", return_value=False)
    assert another_staging() == f"export TMPDIR={os.path.expanduser('~')}"
