"""``make demo``: the first thing that README says to type."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.engine.session import ONE_ENGINE, EngineSession
from tests.places import ROOT

pytestmark = pytest.mark.slow


@ONE_ENGINE
def test_the_demo_ends_with_what_the_small_image_says(engine: EngineSession) -> None:
    """On the engine that is there, whatever other images it has."""
    kept = {name: value for name, value in engine.env.items() if not name.startswith("MAKE")}
    # The environment of the tests is set up already.
    argv = ["make", "-o", f"{sys.prefix}/bpkit-setup", f"VENV={sys.prefix}", "demo"]
    had = set(engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines())
    try:
        done = subprocess.run(
            argv,
            cwd=ROOT,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:]
        lines = done.stdout.splitlines()
        assert lines[-1] == "Hello Go, my name is Charles"
        assert lines[-2].startswith("hellogo-build ")
        assert lines[-3].startswith("hellogo ")
        assert "x smaller" in lines[-3]
    finally:
        for name in {"hellogo:latest", "hellogo-build:latest"} - had:
            engine.client.succeeds("rmi", "--force", name)
