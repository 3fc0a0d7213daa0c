"""Every byte is of one path, visible or hidden, and the sums agree."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpkit.verbs.size.run import sizes_in
from tests.verbs.size.made import sized


def test_hidden_files_are_grouped_by_how_they_are_hidden(tmp_path: Path) -> None:
    image = sized(
        tmp_path,
        {"gone": b"1" * 10, "same": b"2" * 20, "new": b"3" * 30, "d/in": b"4" * 40, "kept": b"5"},
        {".wh.gone": b"", "same": b"2" * 20, "new": b"6" * 5, ".wh.d": b""},
    )
    assert {(one.path, one.size, one.loss) for one in image.lost} == {
        ("/gone", 10, "removed"),
        ("/same", 20, "doubled"),
        ("/new", 30, "overwritten"),
        ("/d/in", 40, "removed"),
    }
    assert {one.path: one.size for one in image.files} == {"/same": 20, "/new": 5, "/kept": 1}
    assert image.size == 101 + 25


def test_a_file_with_two_names_counts_once_and_lives_on_under_the_second(tmp_path: Path) -> None:
    image = sized(tmp_path, {"a": b"1" * 10, "b=": "a"}, {".wh.a": b""})
    assert [(one.path, one.size) for one in image.files] == [("/b", 10)]
    assert not image.lost


def test_equal_content_is_a_duplicate_but_a_hard_link_is_not(tmp_path: Path) -> None:
    image = sized(tmp_path, {"a": b"xyz", "b=": "a", "c": b"xyz", "d": b"other"})
    (found,) = image.duplicates
    assert (found.paths, found.wasted) == (("/a", "/c"), 3)


NAMES = st.sampled_from(["a", "b", "a/x", "a/y", "b/x", ".wh.a", "a/.wh.x", "a/.wh..wh..opq"])
CONTENT = st.one_of(st.binary(max_size=6), st.sampled_from(["a", "b/x"]), st.none())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.dictionaries(NAMES, CONTENT, max_size=5), min_size=1, max_size=4))
def test_visible_and_hidden_bytes_are_all_bytes(
    tmp_path: Path, layers: list[dict[str, bytes | str | None]]
) -> None:
    image = sized(tmp_path, *layers)
    assert sum(one.size for one in image.files) + image.lost_size == image.files_size


def test_podmans_history_has_sizes_in_bytes_as_json() -> None:
    assert sizes_in('[{"id": "a", "size": 3584}, {"id": "b", "size": 0}]') == ("3584", "0")
    assert sizes_in('{"Size": "76MB"}\n{"Size": "0B"}\n') == ()
    assert sizes_in('[{"Size": 1}]') == sizes_in("[3]") == sizes_in("3") == ()
