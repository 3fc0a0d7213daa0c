"""``convert --verify`` proves what ``--write`` leaves: its ignore file, and merged directories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from tests.engine.session import EngineSession
from tests.places import ROOT

BUILD = "FROM busybox:latest\nRUN mkdir -p /press/pages && echo ink > /press/pages/one\n"
SCRIPT = (
    "#!/bin/sh\nset -e\ndocker build -t {tag}-press -f Dockerfile.build .\n"
    "docker create --name {tag}-c {tag}-press\ndocker cp {tag}-c:/press/pages/. {into}\n"
    "docker rm {tag}-c\ndocker rmi {tag}-press\ndocker build -t {tag} {context}\n"
)


def lay_out(directory: Path, texts: dict[str, str], into: str, context: str) -> None:
    tag = f"print-{uuid.uuid4().hex[:8]}"
    script = SCRIPT.format(tag=tag, into=into, context=context)
    for name, text in {"Dockerfile.build": BUILD, "build.sh": script, **texts}.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)


def verified(engine: EngineSession, directory: Path, *more: str) -> tuple[int, list[Any]]:
    env = {**os.environ, **engine.env, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bpkit", "convert", "--to", "multi-stage", "--verify"]
    done = subprocess.run(
        [*command, "--json", *more],
        cwd=directory,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["verify"]


def test_the_proof_covers_merged_directories_and_the_joined_ignore_file(
    engine: EngineSession, tmp_path: Path
) -> None:
    texts = {
        "shop/Dockerfile": "FROM busybox:latest\nCOPY . /srv\n",
        "shop/.dockerignore": "Dockerfile\n.dockerignore\nDRAFT\n",
        "shop/DRAFT": "not yet\n",
        "shop/pages/cover": "leather\n",
    }
    lay_out(tmp_path, texts, "shop/pages", "shop")
    _, (verdict,) = verified(engine, tmp_path)
    assert verdict["differences"] == []
    assert verdict["own_files"] == []
    assert not (tmp_path / ".dockerignore").exists()


def test_files_of_the_conversion_itself_are_reported_and_do_not_count(
    engine: EngineSession, tmp_path: Path
) -> None:
    texts = {"Dockerfile": "FROM busybox:latest\nCOPY . /srv\n", "pages/cover": "leather\n"}
    lay_out(tmp_path, texts, "pages", ".")
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    _, (verdict,) = verified(engine, tmp_path)
    assert verdict["differences"] == []
    assert {one["subject"] for one in verdict["own_files"]} >= {"/srv/Dockerfile"}
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
