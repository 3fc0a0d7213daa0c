"""``convert --replace`` on a real engine: proved, written, and the old form set aside."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

from tests.engine.session import EngineSession
from tests.places import ROOT

BUILD = "FROM busybox:latest\nRUN mkdir /loom && echo wool > /loom/cloth\n"
FINAL = 'FROM busybox:latest\nCOPY cloth /cloth\nCMD ["cat", "/cloth"]\n'
SCRIPT = (
    "#!/bin/sh\nset -e\ndocker build -t {tag}-build -f Dockerfile.build .\n"
    "docker create --name {tag}-c {tag}-build\ndocker cp {tag}-c:/loom/cloth cloth\n"
    "docker rm {tag}-c\ndocker rmi {tag}-build\ndocker build -t {tag} .\nrm cloth\n"
)


def test_the_old_form_is_set_aside_if_both_make_the_same_image(
    engine: EngineSession, tmp_path: Path
) -> None:
    tag = f"loom-{uuid.uuid4().hex[:8]}"
    old = {
        "Dockerfile.build": BUILD,
        "Dockerfile": FINAL,
        "build.sh": SCRIPT.format(tag=tag),
        "bpkit.toml": 'style = "builder"\n',
    }
    for name, text in old.items():
        (tmp_path / name).write_text(text)
    env = {**os.environ, **engine.env, "PYTHONPATH": str(ROOT)}

    def bpkit(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bpkit", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )

    done = bpkit("convert", "--to", "multi-stage", "--replace")
    there = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert done.returncode == 0, done.stdout + done.stderr
    assert "COPY --from=build /loom/cloth /cloth" in there["Dockerfile"]
    assert there["bpkit.toml"] == 'style = "multi-stage"\n'
    for name, text in old.items():
        assert there[f"{name}.bak"] == text
    assert not {"Dockerfile.build", "build.sh"} & set(there)
    try:
        built = bpkit("build", "--name", tag, "-t", tag)
        assert built.returncode == 0, built.stderr
        ran = subprocess.run(
            ["docker", "run", "--rm", tag], env=env, capture_output=True, text=True, check=True
        )
        assert ran.stdout == "wool\n"
    finally:
        bpkit("clean", "--name", tag, "-y")
