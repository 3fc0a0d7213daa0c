"""The ground that the tests of the command line stand on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bpkit.__main__ import main
from tests.cli.ground import PAIR, STAGES, Ground, Said, make_ground

Call = Callable[..., Said]


@pytest.fixture
def pair(tmp_path: Path) -> Ground:
    """Lab 1, and an engine with the classic builder."""
    return make_ground(tmp_path, PAIR)


@pytest.fixture
def stages(tmp_path: Path) -> Ground:
    """Lab 2, and an engine with the classic builder."""
    return make_ground(tmp_path, STAGES)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """bpkit in this process, ten times as fast: ``call(ground, verb, switches...)``.

    The project is named as its directory, for plumbum keeps the one in which it was imported.
    """

    def call(ground: Ground, verb: str, *arguments: str, directory: Path | None = None) -> Said:
        for name in [n for n in os.environ if n.startswith("DOCKER")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("DOCKER", str(ground.standin.directory / "docker"))
        monkeypatch.setenv("TMPDIR", str(ground.staging))
        monkeypatch.setenv("XDG_CACHE_HOME", str(ground.directory / "cache"))
        # Files are named as they are found from there.
        where = directory or ground.project
        monkeypatch.chdir(where if where.is_dir() else ground.project)
        capfd.readouterr()
        status = main([verb, *arguments, str(directory or ground.project)])
        out, err = capfd.readouterr()
        return Said(status, out, err)

    return call
