"""An edit that BuildKit would not see sends the context under a new path; no other edit does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bpkit.core import HostFiles
from bpkit.project.transfer import Transfer, next_transfer

LONG_AGO = 1_577_836_800
FILES = HostFiles(("prices",))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    directory = tmp_path / "shop"
    (directory / "prices").mkdir(parents=True)
    (directory / "prices" / "bread").write_text("1.10")
    return directory


def edit_unseen(root: Path, text: str = "2.20") -> None:
    """Other content, of the same size and time of modification."""
    (root / "prices" / "bread").write_text(text)
    os.utime(root / "prices" / "bread", (LONG_AGO, LONG_AGO))


def test_an_ordinary_edit_goes_by_the_contexts_own_path(root: Path) -> None:
    first = next_transfer(root, [(root, FILES)], Transfer())
    assert (first.path, first.since > 0) == ("", True)
    (root / "prices" / "bread").write_text("2.20")
    assert next_transfer(root, [(root, FILES)], first).path == ""


def test_an_edit_that_keeps_the_time_goes_by_a_new_path_that_leads_to_the_context(
    root: Path,
) -> None:
    edit_unseen(root)
    sent = next_transfer(root, [(root, FILES)], Transfer())
    assert Path(sent.path).resolve() == root
    edit_unseen(root, "3.30")
    assert next_transfer(root, [(root, FILES)], sent).path not in {"", sent.path}


def test_the_path_stays_as_long_as_nothing_else_is_edited_so(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_unseen(root)
    sent = next_transfer(root, [(root, FILES)], Transfer())
    later = time.time_ns() + 60_000_000_000
    monkeypatch.setattr("time.time_ns", lambda: later)
    before = Transfer(sent.path, later - 10_000_000_000, sent.directories)
    again = next_transfer(root, [(root, FILES)], before)
    assert again == Transfer(sent.path, later, sent.directories)


def test_a_path_that_is_gone_and_a_clock_that_was_set_back_are_not_relied_on(root: Path) -> None:
    edit_unseen(root)
    now = time.time_ns()
    gone = next_transfer(root, [(root, FILES)], Transfer("/no/such/link", now))
    assert gone.path not in {"", "/no/such/link"}
    ahead = Transfer(gone.path, now + 10**15)
    assert next_transfer(root, [(root, FILES)], ahead).path not in {"", gone.path}


def test_what_is_ignored_is_not_looked_at(root: Path) -> None:
    edit_unseen(root)
    whole = HostFiles((".",), "prices\n")
    assert next_transfer(root, [(root, whole)], Transfer()).path == ""
    assert next_transfer(root, [(root, whole.without_ignore())], Transfer()).path != ""


def later_than(sent: Transfer, monkeypatch: pytest.MonkeyPatch) -> Transfer:
    """The same transfer, long after the files were made, and the clock a little further on."""
    since = time.time_ns() + 60_000_000_000
    monkeypatch.setattr("time.time_ns", lambda: since + 1)
    return Transfer(sent.path, since, sent.directories)


def swap(one: Path, other: Path) -> None:
    one.rename(one.with_name("between"))
    other.rename(one)
    one.with_name("between").rename(other)


@pytest.mark.parametrize("files", [("prices",), (".",), ("prices/bread",)])
def test_directories_that_change_places_are_seen_though_no_file_in_them_has_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch, files: tuple[str, ...]
) -> None:
    (root / "old").mkdir()
    (root / "old" / "bread").write_text("0.90")
    taken = [(root, HostFiles(files))]
    before = later_than(next_transfer(root, taken, Transfer()), monkeypatch)
    assert next_transfer(root, taken, before).path == before.path
    swap(root / "prices", root / "old")
    assert next_transfer(root, taken, before).path not in {"", before.path}


def test_of_many_directories_each_change_counts(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpkit.project.transfer._MOST_DIRECTORIES", 3)
    for name in "abcd":
        (root / "prices" / name).mkdir()
    before = later_than(next_transfer(root, [(root, FILES)], Transfer()), monkeypatch)
    assert len(before.directories) == 1
    assert next_transfer(root, [(root, FILES)], before).path == before.path
    swap(root / "prices" / "a", root / "prices" / "b")
    assert next_transfer(root, [(root, FILES)], before).path not in {"", before.path}


def test_another_mode_of_a_directory_is_seen_though_a_file_was_added_since(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = later_than(next_transfer(root, [(root, FILES)], Transfer()), monkeypatch)
    (root / "prices").chmod(0o700)
    (root / "prices" / "rolls").write_text("0.40")
    assert next_transfer(root, [(root, FILES)], before).path not in {"", before.path}


def test_a_time_in_the_future_hides_no_edit(root: Path) -> None:
    bread, ahead = root / "prices" / "bread", time.time() + 1e9
    os.utime(bread, (ahead, ahead))
    sent = next_transfer(root, [(root, FILES)], Transfer())
    bread.write_text("2.20")
    os.utime(bread, (ahead, ahead))
    assert next_transfer(root, [(root, FILES)], sent).path not in {"", sent.path}
