"""The ``--json`` output of every verb on a real engine matches its schema, to the last key."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.session import EngineSession
from tests.places import ROOT
from tests.schemas import assert_told

pytestmark = pytest.mark.slow

_SERVER = (
    "FROM busybox:latest AS base\n"
    "RUN mkdir /www && echo ok > /www/index.html && head -c 50000 /dev/zero > /big && rm /big\n"
    'FROM base\nEXPOSE 8000\nHEALTHCHECK CMD ["true"]\n'
    'CMD ["busybox", "httpd", "-f", "-p", "8000", "-h", "/www"]\n'
)
_PAIR = {
    "Dockerfile.build": "FROM busybox:latest\n"
    "RUN printf '#!/bin/sh\\necho hello\\n' > /greet && chmod 755 /greet\n",
    "Dockerfile.runtime": 'FROM busybox:latest\nCOPY greet /usr/bin/greet\nCMD ["greet"]\n',
}


@dataclass(frozen=True)
class JsonUser:
    """Somebody who runs bpkit with ``--json`` in a project of a name of its own."""

    engine: EngineSession
    directory: Path
    name: str

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.directory / name).parent.mkdir(parents=True, exist_ok=True)
            (self.directory / name).write_text(text)

    def told(self, words: str, kind: str, status: int = 0) -> dict[str, Any]:
        """The object that is printed, which its schema describes."""
        argv = [sys.executable, "-m", "bpkit", *words.split(), "--json"]
        env = {**self.engine.env, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(self.directory)}
        done = subprocess.run(
            argv, cwd=self.directory, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, f"{words}\n{done.stdout}\n{done.stderr}"
        return assert_told(done.stdout, kind)


@pytest.fixture
def user(engine: EngineSession, tmp_path: Path) -> Iterator[JsonUser]:
    name = f"bpkit-json-{uuid.uuid4().hex[:10]}"
    directory = tmp_path / name
    directory.mkdir()
    yield JsonUser(engine, directory, name)
    listed = engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()
    if made := [one for one in listed if one.startswith(name)]:
        engine.docker("rmi", "--force", *made)


def test_of_an_image_that_runs(user: JsonUser) -> None:
    user.write({"Dockerfile": _SERVER})
    assert user.told("build --try", "build")["images"][-1]["size"] > 0
    assert user.told("check", "check")["findings"] is not None
    assert user.told("try --http /", "try")["runs"] is True
    assert user.told("size", "size")
    user.write(
        {"bpkit.toml": '[[probe]]\nname = "front"\nready = 8000\n\n[[probe.step]]\nhttp = "/"\n'}
    )
    assert [one["probe"] for one in user.told("try", "try")["probes"]] == ["front"]
    user.told("size --record", "size")
    user.told("size --history", "size-history")
    user.told(f"size {user.name}..busybox", "size-comparison")
    user.told(f"diff {user.name} busybox", "diff", 1)
    user.told("images", "images")
    user.told("images --all", "images")
    user.told("shrink --no-build", "shrink")
    user.told("shrink --probe-http / -o Dockerfile.small", "shrink")
    user.told("clean --yes", "clean")


def test_of_an_image_that_does_not_run(user: JsonUser) -> None:
    user.write({"Dockerfile": 'FROM busybox:latest\nCMD ["nothing-of-the-kind"]\n'})
    user.told("build --strict", "build", 1)
    assert user.told("check", "check", 1)["findings"]
    assert user.told("try", "try", 1)["runs"] is False
    user.write({"bpkit.toml": 'budget = "1 kB"\n'})
    user.told("size", "size", 1)


def test_of_a_pair(user: JsonUser) -> None:
    user.write(_PAIR)
    assert [one["role"] for one in user.told("build", "build")["images"]] == ["build", "runtime"]
    user.told("build", "build")
    user.told("convert --to multi-stage --verify", "convert")
    user.told("compare", "compare")
    user.told("ignore --write", "ignore")
    user.told("script --makefile", "script")
    user.told("script --check", "script-check")


def test_of_a_workspace(user: JsonUser) -> None:
    user.write(
        {
            "base/Dockerfile": "FROM busybox:latest\nRUN true\n",
            "api/Dockerfile": f'FROM {user.name}/base\nCMD ["true"]\n',
            "broken/Dockerfile": "FROM busybox:latest\nRUN false\n",
            "bpkit.toml": f'[image.base]\ncontext = "base"\ntags = "{user.name}/base"\n'
            f'[image.api]\ncontext = "api"\ntags = "{user.name}/api"\n'
            f'[image.broken]\ncontext = "broken"\ntags = "{user.name}/broken"\n',
        }
    )
    user.told("ls", "ls")
    user.told("graph", "graph")
    user.told("bake", "bake")
    user.told("build base api", "workspace")
    user.told("build base api", "workspace")
    user.told("build --all --keep-going", "workspace", 4)


def test_of_what_the_engine_refuses(user: JsonUser) -> None:
    user.write({"Dockerfile": "FROM busybox:latest\nRUN exit 9\n"})
    error = user.told("build", "error", 4)["error"]
    assert error["status"] == 4
    assert os.path.basename(error["file"] or "Dockerfile") == "Dockerfile"
    assert user.told("check --image nowhere:at-all", "error", 4)["error"]["status"] == 4
