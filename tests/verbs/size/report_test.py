"""The reports: 80 columns, nothing that a terminal or Markdown acts on, bytes in JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.verbs.size import size_json, size_markdown, size_page, size_text
from tests.verbs.size.made import sized

EVIL = "srv/\x1b[2J\n\u202e`|<img src=x>"


def test_no_line_is_wider_than_80_columns(tmp_path: Path) -> None:
    image = sized(
        tmp_path,
        {"x/" * 60 + "f": b"1" * 20_000, "var/lib/apt/lists/" + "l" * 90: b"2" * 20_000},
        {"y" * 200: b"3"},
        history=[{"created_by": "RUN " + "word " * 50}, {"created_by": "COPY a b"}],
    )
    text = size_text(image)
    assert max(map(len, text.splitlines())) <= 80
    assert "20kB" in text


def test_names_from_the_image_are_escaped_for_the_terminal(tmp_path: Path) -> None:
    image = sized(
        tmp_path,
        {EVIL: b"1" * 50_000, EVIL + "2": b"1" * 50_000},
        history=[{"created_by": f"RUN \x9b31m {EVIL}"}],
    )
    for text in (size_text(image), size_markdown(image)):
        assert all(one.isprintable() or one == "\n" for one in text)
    assert "<img" not in re.sub(r"`[^`]*`", "", size_markdown(image))
    assert json.loads(json.dumps(size_json(image)))["reasons"][0]["paths"][0].count("\x1b") == 2


def test_an_estimate_is_marked_as_one(tmp_path: Path) -> None:
    image = sized(tmp_path, {"a": b"1"})
    assert "compressed (estimated from a sample)" in size_text(image)
    assert size_json(image)["compressed"] == {"size": image.compressed, "estimated": True}


def test_a_size_counted_from_files_is_not_called_the_engines(tmp_path: Path) -> None:
    text = size_text(sized(tmp_path, {"a": b"1" * 1234, "b": "a"}))
    assert "1,235 bytes counted from its files" in text
    assert "engine" not in text


def test_an_unread_database_is_reported(tmp_path: Path) -> None:
    text = size_text(sized(tmp_path, {"var/lib/rpm/Packages": b"1"}))
    assert "not read: /var/lib/rpm/Packages" in text


def test_layers_that_cannot_be_combined_are_blamed_on_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be combined"):
        sized(tmp_path, {f"{number}/" + "d/" * 1900 + "f": b"" for number in range(900)})


def test_a_path_of_any_depth_is_on_the_page_and_has_its_bytes_at_each_directory(
    tmp_path: Path,
) -> None:
    deep = "d/" * 1200 + "end"
    image = sized(tmp_path, {deep: b"1" * 7, "d/d/f": b"22"})
    assert "/end" in size_page([image])
    sizes = image.by_directory()
    assert [sizes[path] for path in ("/", "/d", "/d/d", "/d/d/d", "/" + deep[:-4])] == [
        9,
        9,
        9,
        7,
        7,
    ]


def test_files_in_the_root_have_their_own_row(tmp_path: Path) -> None:
    text = size_text(sized(tmp_path, {"catalogue": b"1" * 90_000, "bin/sh": b"2" * 20_000}))
    rows = text.partition("By directory")[2].splitlines()[1:3]
    assert [row.split()[0] for row in rows] == ["90kB", "20kB"]
    assert rows[0].endswith("/ (files there)")
