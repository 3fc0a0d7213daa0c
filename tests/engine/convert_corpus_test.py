"""Each project of the corpus made in its author's way and in the converted one: the same image."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.session import EngineSession
from tests.places import ROOT
from tests.verbs.convert.corpus import NAMES, project

# What docker export has besides: see the note of such a conversion.
_ONLY_EXPORTED = frozenset({"export-to-add", "export-import"})
_CONTAINERS_OWN = ("dev/", "proc/", "sys/", "etc/hosts", "etc/hostname", "etc/resolv.conf")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_both_ways_make_the_same_image(name: str, engine: EngineSession, tmp_path: Path) -> None:
    if engine.flavour in {"classic", "podman"}:
        pytest.skip("the scripts are written for docker with BuildKit")
    asked = project(name)
    env = {**os.environ, **engine.env, "PYTHONPATH": str(ROOT)}

    def run(directory: Path, command: str) -> str:
        done = subprocess.run(
            command, shell=True, cwd=directory, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode in {0, 1}, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    old, new = tmp_path / "old", tmp_path / "new"
    for directory in (old, new):
        shutil.copytree(asked.before, directory)
        _with_usual_modes(directory)
    try:
        run(old, asked.run)
        by_author = _listing(run, old, asked.image), run(old, f"docker run --rm {asked.image}")
        run(old, f"docker rmi -f {asked.image}")
        arguments = " ".join(asked.arguments)
        convert = f"{sys.executable} -m bpkit convert --to multi-stage {arguments}"
        made = json.loads(run(new, f"{convert} --json"))
        run(new, f"{convert} --write --force")
        run(new, "set -e\n" + "\n".join(made["commands"]))
        converted = _listing(run, new, asked.image), run(new, f"docker run --rm {asked.image}")
    finally:
        run(tmp_path, f"docker rmi -f {asked.image}")
    assert converted == by_author


def _with_usual_modes(directory: Path) -> None:
    """Give the files the modes that git knows: those of a checkout follow the umask."""
    for path in (directory, *directory.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _listing(run: object, directory: Path, image: str) -> list[str]:
    """Type, mode, owner, size and name of each file of the image, but those of any container."""
    assert callable(run)
    tar = (
        f"id=$(docker create {image} x) && docker export $id | tar tv --numeric-owner "
        "&& docker rm $id >/dev/null"
    )
    found = []
    for line in str(run(directory, tar)).splitlines():
        mode, owner, size, _, _, name = line.split(None, 5)
        if not name.startswith(_CONTAINERS_OWN) and name != ".dockerenv":
            found.append(f"{mode} {owner} {size} {name}")
    return sorted(found)
