from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.verbs.ignore.report import notes, saving_text
from bpkit.verbs.ignore.run import IgnoreRequest, derive


def notes_on(directory: Path, instructions: str) -> list[str]:
    (directory / "Dockerfile").write_text(f"FROM scratch\n{instructions}\n")
    return list(notes(derive(IgnoreRequest(directory))))


@pytest.mark.parametrize(
    ("instructions", "note"),
    [
        ("COPY . /", "Dockerfile:2: COPY . copies the whole context"),
        ("ARG TARGETARCH\nCOPY bin/$TARGETARCH /", "bin/* is included"),
        ("ARG TARGETARCH\nCOPY $TARGETARCH /", "COPY $TARGETARCH may copy any of it"),
        ("ARG V=1\nCOPY v$V /", "depends on V: v* is included"),
        ("ONBUILD COPY later /", "COPY later is ONBUILD"),
        ("COPY gone /", "COPY gone doesn't exist now"),
    ],
)
def test_notes_tell_what_is_uncertain(tmp_path: Path, instructions: str, note: str) -> None:
    assert [one for one in notes_on(tmp_path, instructions) if note in one]


def test_a_plain_case_has_no_notes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    assert notes_on(tmp_path, "COPY a /") == []


def test_lines_that_go_and_files_that_win_are_named(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("*\n!a\n")
    (tmp_path / "Dockerfile.dockerignore").write_text("")
    (tmp_path / "a").write_text("x")
    assert notes_on(tmp_path, "COPY a /") == [
        "your line '*' is left out: the derived lines say it",
        "your line '!a' is left out: the derived lines say it",
        "Dockerfile.dockerignore exists: BuildKit reads it instead for its Dockerfile",
    ]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({"a": 0}, "-> 0B in 1 file (all of it)"),
        ({"a": 100, "b": 100_000}, "-> 100B in 1 file (100kB less"),
        ({"a": 100}, "-> 100B in 1 file ("),
    ],
)
def test_the_saving_is_one_line(tmp_path: Path, sizes: dict[str, int], expected: str) -> None:
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(b"x" * size)
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY a /\n")
    assert expected in saving_text(derive(IgnoreRequest(tmp_path)))
