"""A revision is recorded only for an image that was built from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core.options import BuildOptions
from bpkit.project.loading import ProjectChoices, load
from bpkit.report.console import Console
from bpkit.verbs.build.run import build, prepare
from bpkit.verbs.size.provenance import built_revision
from tests.cli.ground import PAIR, Ground, engine_of, make_ground
from tests.verbs.size.history_test import git


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    ground = make_ground(tmp_path, PAIR)
    monkeypatch.setenv("TMPDIR", str(ground.staging))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DOCKER_BUILDKIT", raising=False)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    ground.has_images("golang", "alpine")
    return ground


def revision_now(ground: Ground) -> tuple[str, str]:
    return built_revision(load(ProjectChoices(ground.project)), engine_of(ground))


def test_only_a_build_of_the_files_here_proves_their_revision(pair: Ground) -> None:
    assert revision_now(pair) == ("", "")
    git(pair.project, "init")
    git(pair.project, "add", ".")
    git(pair.project, "commit", "-m", "one")
    assert revision_now(pair) == ("", "no earlier build is known")
    engine = engine_of(pair)
    prepared = prepare(ProjectChoices(pair.project), BuildOptions(), engine)
    build(prepared, engine, Console(quiet=True))
    assert revision_now(pair) == (git(pair.project, "rev-parse", "HEAD"), "")
    pair.write({"hellogo.go": "package other"})
    git(pair.project, "commit", "-am", "two")
    revision, why = revision_now(pair)
    assert revision == ""
    assert why.startswith("changed since the last build")
