"""What was made of what is remembered; a ledger that is lost or broken costs time only."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from bpkit.verbs.build.ledger import LedgerEntry, forget, read_entry, read_tags, write_entry

ENTRY = LedgerEntry(
    ids={"build": "sha256:1", "runtime": "sha256:2"},
    bases={"alpine": "sha256:3"},
    every="digest",
    later="other digest",
    tags=("p-build", "p"),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "bpkit" / "made"


def test_a_written_entry_can_be_read(tmp_path: Path) -> None:
    assert read_entry(tmp_path, "docker") is None
    assert write_entry(tmp_path, "docker", ENTRY)
    assert read_entry(tmp_path, "docker") == ENTRY


def test_each_engine_and_each_directory_has_its_own(tmp_path: Path) -> None:
    write_entry(tmp_path, "docker", ENTRY)
    assert read_entry(tmp_path, "podman") is None
    assert read_entry(tmp_path.parent, "docker") is None


def test_a_directory_is_the_same_by_any_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    write_entry(tmp_path / "link", "docker", ENTRY)
    monkeypatch.chdir(tmp_path)
    assert read_entry(Path(), "docker") == ENTRY


def test_every_tag_that_was_ever_given_is_kept_on_all_engines(tmp_path: Path) -> None:
    write_entry(tmp_path, "docker", ENTRY)
    write_entry(tmp_path, "docker", replace(ENTRY, tags=("p", "p:v2")))
    write_entry(tmp_path, "podman", replace(ENTRY, tags=("own",)))
    assert set(read_tags(tmp_path)) == {"p-build", "p", "p:v2", "own"}
    forget(tmp_path)
    assert read_tags(tmp_path) == ()
    assert read_entry(tmp_path, "docker") is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"ids": 1}', '{"ids": {}, "bases": {}, "every": ""}', "\x00"]
)
def test_a_broken_ledger_counts_as_absent(tmp_path: Path, home: Path, text: str) -> None:
    write_entry(tmp_path, "docker", ENTRY)
    (file,) = home.iterdir()
    file.write_text(text)
    assert read_entry(tmp_path, "docker") is None
    assert write_entry(tmp_path, "docker", ENTRY)
    assert read_entry(tmp_path, "docker") == ENTRY


def test_a_full_disk_leaves_the_old_entry_intact(
    tmp_path: Path, home: Path, mocker: MockerFixture
) -> None:
    write_entry(tmp_path, "docker", ENTRY)
    mocker.patch.object(os, "replace", side_effect=OSError(28, "No space left on device"))
    assert not write_entry(tmp_path, "docker", replace(ENTRY, every="other"))
    assert len(os.listdir(home)) == 1
    assert read_entry(tmp_path, "docker") == ENTRY
