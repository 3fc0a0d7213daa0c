"""Two images: what came, went and grew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpkit.verbs.size import comparison_json, comparison_markdown, comparison_text
from bpkit.verbs.size.comparison import Change, SizeComparison, compared
from tests.image.saved.images import Files
from tests.verbs.size.made import sized

OLD: Files = {
    "lib/apk/db/installed": b"P:a\nV:1\nF:bin\nR:a\n\nP:gone\nV:1\nF:bin\nR:gone\n",
    "bin/a": b"1" * 1000,
    "bin/gone": b"2" * 300,
    "srv/same-size": b"x" * 50,
    "srv/kept": b"k",
}
NEW: Files = {
    **OLD,
    "lib/apk/db/installed": b"P:a\nV:2\nF:bin\nR:a\n\nP:new\nV:7\nF:bin\nR:new\n.........",
    "bin/a": b"1" * 1200,
    "bin/new": b"3" * 2000,
    "srv/same-size": b"y" * 50,
}


@pytest.fixture
def found(tmp_path: Path) -> SizeComparison:
    new = {name: content for name, content in NEW.items() if name != "bin/gone"}
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    return compared(sized(before, OLD), sized(after, new))


def test_changed_paths_are_listed_by_fate_the_largest_first(found: SizeComparison) -> None:
    paths = {one.name: (one.fate, one.delta) for one in found.paths}
    assert paths["/bin/new"] == ("added", 2000)
    assert paths["/bin/gone"] == ("removed", -300)
    assert paths["/bin/a"] == ("changed", 200)
    assert "/srv/kept" not in paths
    deltas = [abs(one.delta) for one in found.paths]
    assert deltas == sorted(deltas, reverse=True)


def test_different_content_of_the_same_size_is_a_change(found: SizeComparison) -> None:
    assert Change("/srv/same-size", 50, 50, "other content") in found.paths


def test_packages_have_both_versions(found: SizeComparison) -> None:
    assert set(found.packages) == {
        Change("apk: new", None, 2000, "7"),
        Change("apk: gone", 300, None, "1"),
        Change("apk: a", 1000, 1200, "1 → 2"),
    }


def test_the_reports_agree_with_the_bytes(found: SizeComparison) -> None:
    data = json.loads(json.dumps(comparison_json(found)))
    assert data["delta"] == found.after.size - found.before.size
    text = comparison_text(found)
    assert f"{found.delta:+,} bytes" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "`/bin/new`" in comparison_markdown(found)


def test_an_image_compared_to_itself_has_no_difference(tmp_path: Path) -> None:
    image = sized(tmp_path, OLD)
    assert "No file, package or layer" in comparison_text(compared(image, image))
