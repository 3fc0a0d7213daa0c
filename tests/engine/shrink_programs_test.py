"""Real programs, shrunk with no help but a probe: what nobody told answers as before."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from scripts.bpkit_dev.programs import Program, differing, programs, shrunk
from tests.engine.session import ONE_ENGINE, EngineSession

pytestmark = pytest.mark.slow


@ONE_ENGINE
@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_unprobed_routes_answer_as_before(
    engine: EngineSession, tmp_path: Path, program: Program
) -> None:
    directory = tmp_path / program.name
    shutil.copytree(program.directory, directory)

    def built(file: str) -> str:
        tag = f"bpkit-test/{program.name}-{file.lower()}"
        words = ("build", "-q", "--label", engine.label, "-t", tag, "-f", str(directory / file))
        engine.docker(*words, str(directory))
        return tag

    old = built("Dockerfile")
    run = shrunk(engine.client, program, directory, sys.executable)
    assert run.status == 0, run.said.get("refused") or run.errors
    new = built("Dockerfile.small")
    assert differing(engine.client, program, old, new, engine.label) == []
