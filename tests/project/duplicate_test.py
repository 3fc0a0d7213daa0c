"""A duplicate has all that a build context has, and what happens to it leaves the project alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bpkit.project.duplicate import duplicated
from bpkit.project.new_files import NewFile, set_aside, write_together


def shop(directory: Path) -> Path:
    (directory / "bench" / "drawer").mkdir(parents=True)
    (directory / "bench" / "plane").write_text("wood\n")
    (directory / "bench" / "plane").chmod(0o750)
    (directory / "handle").symlink_to("bench/plane")
    (directory / "nowhere").symlink_to("gone")
    (directory / "plan").write_text("old\n")
    os.mkfifo(directory / "pipe")
    return directory


def test_files_links_modes_and_empty_directories_are_there(tmp_path: Path) -> None:
    with duplicated(shop(tmp_path)) as copy:
        assert (copy / "bench" / "plane").stat().st_mode & 0o777 == 0o750
        assert (copy / "bench" / "drawer").is_dir()
        assert os.readlink(copy / "handle") == "bench/plane"
        assert os.readlink(copy / "nowhere") == "gone"
        assert not (copy / "pipe").exists()
        original = tmp_path / "bench" / "plane"
        assert (copy / "bench" / "plane").stat().st_mtime_ns == original.stat().st_mtime_ns
    assert not copy.exists()


def test_writing_and_removing_there_leaves_the_project_as_it_is(tmp_path: Path) -> None:
    shop(tmp_path)
    with duplicated(tmp_path) as copy:
        write_together(copy, [NewFile("plan", "new\n", "old\n")], force=True)
        set_aside(copy / "bench" / "plane")
        assert (copy / "plan").read_text() == "new\n"
    assert (tmp_path / "plan").read_text() == "old\n"
    assert (tmp_path / "bench" / "plane").read_text() == "wood\n"
    assert not list(tmp_path.rglob("*.bak"))


def test_files_are_copied_where_they_cannot_be_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    with duplicated(shop(tmp_path)) as copy:
        assert (copy / "plan").read_text() == "old\n"
        assert (copy / "plan").stat().st_ino != (tmp_path / "plan").stat().st_ino


def test_two_duplicates_have_directories_of_different_names(tmp_path: Path) -> None:
    with duplicated(shop(tmp_path)) as one, duplicated(tmp_path) as other:
        assert one.name != other.name
