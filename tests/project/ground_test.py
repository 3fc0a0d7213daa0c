"""A project's files as a conversion asks for them: what is text, ignored, or left over."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bpkit.core.recipe import BUILD, Artifact, Image
from bpkit.formats.dockerfile.parser import parse
from bpkit.project.ground import DiskGround, ProjectTexts


def _git(directory: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(directory), *words], check=True, capture_output=True)


def _image(destination: str) -> Image:
    dockerfile = parse("FROM scratch\n", "Dockerfile")
    return Image("app", "app", dockerfile, artifacts=(Artifact(BUILD, "/out/app", destination),))


def test_a_text_comes_back_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_bytes(b"echo \xff\r\n")
    text = DiskGround(tmp_path).text("a.sh")
    assert text is not None
    assert text.encode("utf-8", "surrogateescape") == b"echo \xff\r\n"


@pytest.mark.parametrize("name", ["missing", "directory", "fifo", "large"])
def test_a_file_that_is_not_text_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "large").write_bytes(b"x" * ((1 << 20) + 1))
    assert DiskGround(tmp_path).text(name) is None


def test_the_largest_text_is_still_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * (1 << 20))
    assert DiskGround(tmp_path).text("a") == "x" * (1 << 20)


def test_each_context_has_an_ignore_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".dockerignore").write_text("*.log\n")
    (tmp_path / "sub" / ".dockerignore").write_text("*.tmp\n")
    ground = DiskGround(tmp_path)
    assert ground.ignores(".", "a.log")
    assert not ground.ignores(".", "a.tmp")
    assert ground.ignores("sub", "a.tmp")
    assert not ground.ignores("sub", "a.log")


def test_the_context_itself_is_never_ignored(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("*\n")
    ground = DiskGround(tmp_path)
    assert ground.ignores(".", "a")
    assert not ground.ignores(".", ".")


def test_without_git_a_file_where_an_artifact_comes_to_lie_is_the_users(tmp_path: Path) -> None:
    (tmp_path / "app").write_text("old")
    ground = DiskGround(tmp_path)
    assert ground.tracked is None
    assert "app" in ground.tree(_image("app")).entries


def test_a_file_that_git_does_not_know_was_left_by_an_earlier_run(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    for name in ("app", "main.go"):
        (tmp_path / name).write_text(name)
    _git(tmp_path, "add", "main.go")
    entries = DiskGround(tmp_path).tree(_image("app")).entries
    assert "app" not in entries
    assert "main.go" in entries


def test_a_file_that_git_knows_stays_even_where_an_artifact_comes_to_lie(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    (tmp_path / "app").write_text("mine")
    _git(tmp_path, "add", "app")
    assert "app" in DiskGround(tmp_path).tree(_image("app")).entries


def test_a_directory_is_the_projects_own_only_if_a_checkout_has_it(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    for name in ("src", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("")
    _git(tmp_path, "add", "src")
    ground = DiskGround(tmp_path)
    assert ground.is_own_directory("src")
    assert ground.is_directory("out")
    assert not ground.is_own_directory("out")


def test_the_texts_of_a_project_pass_over_what_others_put_there(tmp_path: Path) -> None:
    for path in ("a.sh", "lib/b.sh", "node_modules/c.sh", ".git/d.sh"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
    texts = ProjectTexts(DiskGround(tmp_path))
    assert dict(texts) == {"a.sh": "a.sh", "lib/b.sh": "lib/b.sh"}
    assert len(texts) == 2
    assert "a.sh" in texts
    assert "missing" not in texts
    with pytest.raises(KeyError):
        texts["missing"]
