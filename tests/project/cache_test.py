"""What bpkit remembers: whatever is in its place counts as absent, and makes room."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bpkit.project.cache import broken_kept, cache_directory, read_kept, write_kept
from bpkit.project.kept_bytes import LARGEST


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return cache_directory() / "made" / "one.json"


def test_what_is_kept_is_read_again(path: Path) -> None:
    assert read_kept(path) is None
    assert write_kept(path, {"a": ["ü"]})
    assert read_kept(path) == {"a": ["ü"]}
    assert list(broken_kept()) == []
    assert [one.name for one in path.parent.iterdir()] == ["one.json"]


def text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content)


def foreign(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to make what another user owns")
    path.write_text("{}")
    os.chown(path, 65534, 65534)


def directory(path: Path) -> None:
    path.mkdir()
    (path / "in it").write_text("")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (text("[" * 100_000), "is not JSON"),
        (text('{"a":'), "is not JSON"),
        (text(""), "is not JSON"),
        (text(" " * (LARGEST + 1)), "is too large"),
        (lambda path: path.write_bytes(b'"\xff"'), "is not JSON"),
        (os.mkfifo, "is not a regular file"),
        (directory, "is not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a regular file"),
        (foreign, "belongs to another user"),
    ],
    ids=["nested", "torn", "empty", "huge", "bytes", "pipe", "directory", "link", "foreign"],
)
def test_what_can_not_be_read_counts_as_absent_and_makes_room(
    path: Path, make: Callable[[Path], object], why: str
) -> None:
    path.parent.mkdir(parents=True)
    make(path)
    assert read_kept(path) is None
    ((broken, said),) = broken_kept()
    assert broken == path
    assert said.startswith(why)
    assert write_kept(path, 1)
    assert read_kept(path) == 1


def test_a_cache_that_can_not_be_written_is_not_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bpkit").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert not write_kept(cache_directory() / "made" / "one.json", {})
    assert list(broken_kept()) == [(tmp_path / "bpkit", "is not a directory")]
