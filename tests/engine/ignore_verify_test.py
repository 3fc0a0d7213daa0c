"""``bpkit ignore --verify`` builds with and without the derived file and reports differences."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.session import EngineSession

pytestmark = pytest.mark.slow


def verify(engine: EngineSession, directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bpkit", "ignore", "--verify", *words]
    command += ["--engine", engine.client.program]
    return subprocess.run(
        command, cwd=directory, env=engine.env, capture_output=True, text=True, check=False
    )


@pytest.fixture
def project(engine: EngineSession, tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "run.sh").write_text("echo run\n")
    (tmp_path / "notes.txt").write_text("not needed\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    label = f"LABEL {engine.label}\n"
    (tmp_path / "Dockerfile").write_text(f"FROM busybox\n{label}COPY app /app\nRUN ls / > /list\n")
    return tmp_path


def test_a_file_that_loses_nothing_is_written(engine: EngineSession, project: Path) -> None:
    done = verify(engine, project, "--write")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same in" in done.stderr
    assert "!app" in (project / ".dockerignore").read_text()


def test_a_build_that_only_fails_with_the_file_is_reported(
    engine: EngineSession, project: Path
) -> None:
    text = "FROM busybox\nCOPY . /src\nRUN cd /src/.gi* && cat HEAD\n"
    (project / "Dockerfile").write_text(text)
    done = verify(engine, project, "--write", "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert json.loads(done.stdout)["broken"]
    assert not (project / ".dockerignore").exists()


def test_what_is_kept_out_by_name_is_distinguished(engine: EngineSession, project: Path) -> None:
    (project / "Dockerfile").write_text("FROM busybox\nCOPY . /src\n")
    done = verify(engine, project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept out by name: /src/.git" in done.stderr


def test_the_file_itself_is_not_a_difference_where_the_history_is_let_in(
    engine: EngineSession, project: Path
) -> None:
    text = "FROM busybox\nCOPY . /src\nRUN cat /src/.git/HEAD > /version\n"
    (project / "Dockerfile").write_text(text)
    done = verify(engine, project)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_arrives_in_one_image_only_is_reported(engine: EngineSession, project: Path) -> None:
    text = "FROM busybox\nCOPY . /src\nRUN cp -r /src/.gi* /history || touch /no-history\n"
    (project / "Dockerfile").write_text(text)
    done = verify(engine, project, "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["broken"] == ""
    assert any("/history" in one["difference"] for one in told["differences"])


def test_nothing_of_it_is_left(engine: EngineSession, project: Path) -> None:
    before = engine.images()
    files = sorted(path.name for path in project.iterdir())
    assert verify(engine, project).returncode == 0
    assert engine.images() == before
    assert sorted(path.name for path in project.iterdir()) == files
