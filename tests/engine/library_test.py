"""The examples of ``docs/library.md`` that need an engine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.engine.session import ONE_ENGINE, EngineSession
from tests.library_test import PAGE, examples
from tests.places import ROOT


@ONE_ENGINE
def test_the_examples_that_build_run_as_they_are_written(
    engine: EngineSession, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    session = tmp_path / "library.txt"
    session.write_text(examples(PAGE.read_text(), engine=True))
    env = {**engine.env, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", "doctest", session.name],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    engine.docker("rmi", "--force", "hellogo:library", "hellogo-build:library")
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
