"""Recorded sizes: one line each, which merges cleanly."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.verbs.size.history import (
    HISTORY,
    SizeRecord,
    add_record,
    history_json,
    history_text,
    last_record,
    read_history,
    record_of,
    records_of,
    revision_of,
)
from tests.verbs.size.made import sized

ONE = SizeRecord(
    "2026-01-01T00:00:00Z", "a" * 40, "app:1", "sha256:1", 1000, 400, True, {"data": 9}
)
TWO = replace(ONE, date="2026-01-02T00:00:00Z", revision="b" * 40, id="sha256:2", size=3000)


def git(directory: Path, *words: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *who, *words], cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    assert read_history(tmp_path) == ()
    assert add_record(tmp_path, TWO)
    assert add_record(tmp_path, ONE)
    assert read_history(tmp_path) == (ONE, TWO)


def test_the_same_image_of_the_same_revision_is_recorded_once(tmp_path: Path) -> None:
    assert add_record(tmp_path, ONE)
    assert not add_record(tmp_path, replace(ONE, date="2026-05-05T00:00:00Z"))
    assert not add_record(tmp_path, replace(ONE, revision=""))
    assert add_record(tmp_path, TWO)
    assert len(read_history(tmp_path)) == 2


def test_two_branches_that_both_record_merge_without_a_conflict(tmp_path: Path) -> None:
    git(tmp_path, "init")
    add_record(tmp_path, ONE)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "one")
    git(tmp_path, "checkout", "-b", "other")
    add_record(tmp_path, TWO)
    git(tmp_path, "commit", "-am", "two")
    git(tmp_path, "checkout", "main")
    three = replace(TWO, date="2026-01-03T00:00:00Z", id="sha256:3")
    add_record(tmp_path, three)
    git(tmp_path, "commit", "-am", "three")
    git(tmp_path, "merge", "other", "-m", "both")
    assert read_history(tmp_path) == (ONE, TWO, three)


def test_unreadable_lines_are_skipped(tmp_path: Path) -> None:
    add_record(tmp_path, ONE)
    with (tmp_path / HISTORY).open("a") as file:
        file.write("<<<<<<< HEAD\n[1]\n{}\n" + "[" * 90_000 + '\n{"date": 1, "size": "x"}\n')
    assert read_history(tmp_path) == (ONE,)


def test_the_last_record_has_the_same_repository_and_tag() -> None:
    first, debug = replace(ONE, image="app"), replace(TWO, image="app:debug")
    assert last_record((first, debug), "app:latest") == first
    assert last_record((first, debug), "docker.io/library/app:latest") == first
    assert last_record((first, debug), "localhost/app:debug") == debug
    assert last_record((first, debug), "app:9") is None
    assert last_record((first, debug), "registry:5000/app") is None
    there = replace(ONE, image="registry:5000/app")
    assert last_record((first, there), "registry:5000/app:latest") == there


def test_each_tag_grows_on_its_own(tmp_path: Path) -> None:
    debug = replace(TWO, image="app:debug", size=50_000)
    lines = history_text([ONE, debug, TWO]).splitlines()
    assert lines[1].split()[2:4] == ["50kB", lines[1].split()[3]]
    assert "+" not in lines[1]
    assert "+2kB" in lines[2]
    assert records_of((ONE, debug, TWO), "app") == (ONE, debug, TWO)
    assert records_of((ONE, debug, TWO), "app:1") == (ONE, TWO)


def test_the_revision_marks_changed_files(tmp_path: Path) -> None:
    assert revision_of(tmp_path) == ""
    git(tmp_path, "init")
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "a")
    head = git(tmp_path, "rev-parse", "HEAD")
    assert revision_of(tmp_path) == head
    (tmp_path / "a").write_text("2")
    assert revision_of(tmp_path) == f"{head}+"


def test_a_record_has_the_day_that_the_build_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    record = record_of(sized(tmp_path, {"a": b"1"}))
    assert record.date == "1970-01-02T00:00:00Z"
    assert record.groups == {"program": 1}


def test_the_history_shows_growth() -> None:
    first, second = history_text([ONE, TWO]).splitlines()
    assert first.split()[:3] == ["2026-01-01", "aaaaaaaaa", "1kB"]
    assert "+2kB" in second
    assert second.count("█") == 3 * first.count("█")
    assert max(len(first), len(second)) <= 80
    assert json.loads(json.dumps(history_json([ONE])))["history"][0]["size"] == 1000
    assert "bpkit size --record" in history_text([])


def test_a_directory_in_its_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / HISTORY).mkdir(parents=True)
    with pytest.raises(InputError, match="can't be"):
        read_history(tmp_path)


def test_the_history_of_one_image_is_that_of_its_tag_or_of_all_its_tags() -> None:
    other = replace(ONE, image="other:1")
    tagged = [replace(ONE, image="app:1"), replace(TWO, image="app:2"), other]
    assert records_of(tagged, "app") == tuple(tagged[:2])
    assert records_of(tagged, "app:2") == (tagged[1],)
    with pytest.raises(InputError, match="has no record of 'app:3'"):
        records_of(tagged, "app:3")
