from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.formats.text.near import is_near, nearest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sratch", "scratch"),
        ("scratchh", "scratch"),
        ("sxratch", "scratch"),
        ("csratch", "scratch"),
    ],
)
def test_one_slip_of_the_fingers_is_near(one: str, other: str) -> None:
    assert is_near(one, other)
    assert is_near(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("scratch", "scratch"), ("scrat", "scratch"), ("", "ab")]
)
def test_the_same_and_two_slips_are_not_near(one: str, other: str) -> None:
    assert not is_near(one, other)


@given(st.text(max_size=6), st.text(max_size=6))
def test_near_is_one_edit_of_the_distance_that_counts_swaps(one: str, other: str) -> None:
    assert is_near(one, other) == (_distance(one, other) == 1)


def _distance(one: str, other: str) -> int:
    """The optimal string alignment distance, by the textbook."""
    rows = [
        [max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)]
        for i in range(len(one) + 1)
    ]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            change = rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def test_the_nearest_is_found_without_regard_to_case() -> None:
    assert nearest("Hellogo.po", ["x", "hellogo.go"]) == "hellogo.go"
    assert nearest("hellogo", ["welcome"]) is None
