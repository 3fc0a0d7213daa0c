"""Files are written all together or not at all, and only over what bpkit wrote."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from bpkit.errors import InputError
from bpkit.project import new_files
from bpkit.project.new_files import (
    FOREIGN,
    NEW,
    RENEWED,
    SAME,
    NewFile,
    is_sealed,
    sealed,
    write_together,
)
from bpkit.project.reading import as_it_is

texts = st.text(st.characters(codec="utf-8"), max_size=60).map(lambda text: text + "\n")


@given(
    st.sampled_from(["", "#!/bin/sh\n", "# syntax=x\n# escape=`\n"]), texts, st.text(max_size=20)
)
def test_what_is_sealed_is_known_again_until_somebody_changes_it(
    first: str, text: str, what: str
) -> None:
    written = sealed(f"script {what}", first + text)
    assert is_sealed(written)
    assert written.startswith(first)
    assert not is_sealed(written + "x\n")
    assert not is_sealed(first + text) or "# Made by bpkit" in text


@given(st.text())
def test_whatever_made_it_stays_in_its_line(what: str) -> None:
    before, line, after = sealed(what, "#!/bin/sh\necho hello\n").partition("# Made by bpkit ")
    assert (before, after.partition("]\n")[2] or after) != ("", "")
    lines = [one for one in (line + after).split("\n") if one]
    assert lines[1:] == ["echo hello"]
    assert "\r" not in lines[0]


def test_the_seal_stands_after_what_must_be_first() -> None:
    assert sealed("x", "#!/bin/sh\necho\n").splitlines()[0] == "#!/bin/sh"
    assert sealed("x", "# syntax=docker/dockerfile:1\nFROM a\n").splitlines()[0] == (
        "# syntax=docker/dockerfile:1"
    )
    assert sealed("x", "FROM a\n").startswith("# Made by bpkit x [")


OLD, TEXT = sealed("x", "old\n"), sealed("x", "new\n")


@pytest.mark.parametrize(
    ("before", "state"),
    [(None, NEW), (TEXT, SAME), (OLD, RENEWED), ("mine\n", FOREIGN), (OLD + "mine\n", FOREIGN)],
)
def test_how_the_old_and_the_new_compare(before: str | None, state: str) -> None:
    assert NewFile("f", TEXT, before).state == state


def put(directory: Path, **files: str) -> None:
    for name, text in files.items():
        (directory / name).write_text(text)


def wanted(directory: Path, *names: str) -> list[NewFile]:
    return [NewFile(name, TEXT, as_it_is(directory, name)) for name in names]


def test_all_are_written_with_the_modes_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_together(tmp_path, [NewFile("a", "x"), NewFile("b", "x", executable=True)])
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o750
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_one_foreign_file_keeps_all_from_being_written(tmp_path: Path) -> None:
    put(tmp_path, b="mine")
    with pytest.raises(InputError, match="b: not written by bpkit, or changed since"):
        write_together(tmp_path, wanted(tmp_path, "a", "b"))
    assert os.listdir(tmp_path) == ["b"]


def test_force_keeps_every_older_copy(tmp_path: Path) -> None:
    for text in ("one", "two"):
        put(tmp_path, a=text)
        write_together(tmp_path, wanted(tmp_path, "a"), force=True)
    assert (tmp_path / "a").read_text() == TEXT
    assert (tmp_path / "a.bak").read_text() == "one"
    assert (tmp_path / "a.bak2").read_text() == "two"


def test_bytes_that_are_no_text_come_back_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff\r\n\x00")
    (file,) = wanted(tmp_path, "a")
    assert file.state == FOREIGN
    write_together(tmp_path, [NewFile("b", file.before or "")])
    assert (tmp_path / "b").read_bytes() == b"\xff\r\n\x00"


def test_a_directory_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match="Is a directory"):
        as_it_is(tmp_path, "a")


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, mocker: MockerFixture) -> None:
    """The second of two files does not fit any more."""
    put(tmp_path, a=OLD)
    real = new_files._staged

    def staged(directory: Path, file: NewFile) -> Path:
        if file.name == "b":
            mocker.patch("os.fdopen", side_effect=OSError(28, "No space left on device"))
        return real(directory, file)

    mocker.patch.object(new_files, "_staged", staged)
    with pytest.raises(InputError, match="nothing was written: No space left on device"):
        write_together(tmp_path, wanted(tmp_path, "a", "b"))
    mocker.stopall()
    assert os.listdir(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == OLD


def test_a_rename_that_fails_is_undone(tmp_path: Path, mocker: MockerFixture) -> None:
    put(tmp_path, a=OLD)
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target.name == "b":
            raise OSError(30, "Read-only file system")
        return real(self, target)

    mocker.patch.object(Path, "replace", replace)
    with pytest.raises(InputError, match="Read-only file system"):
        write_together(tmp_path, wanted(tmp_path, "a", "b"))
    assert os.listdir(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == OLD
