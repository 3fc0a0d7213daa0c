"""Sizes as docker writes them, reductions, bars and tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.report.sizes import BAR, Reduction, bar, human, table


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0B"),
        (108, "108B"),
        (999, "999B"),
        (1000, "1kB"),
        (1536, "1.54kB"),
        (9_690_000, "9.69MB"),
        (386_000_000, "386MB"),
        (1_234_567_890, "1.23GB"),
        (5 * 10**15, "5PB"),
        (5 * 10**18, "5000PB"),
    ],
)
def test_a_size_has_three_digits_and_a_decimal_unit(size: int, text: str) -> None:
    assert human(size) == text


@given(st.integers(0, 10**15 - 1))
def test_no_size_is_written_with_an_exponent(size: int) -> None:
    assert "e" not in human(size)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (700_000_000, 7_000_000, "693MB less, -99.0 %, 100x smaller"),
        (15, 10, "5B less, -33.3 %, 1.5x smaller"),
        (10, 10, "no smaller"),
        (10, 15, "5B larger"),
        (0, 15, "15B larger"),
        (0, 0, "no smaller"),
    ],
)
def test_a_reduction_is_shown_in_bytes_percent_and_as_a_factor(
    before: int, after: int, text: str
) -> None:
    assert str(Reduction(before, after)) == text


def test_a_reduction_to_zero_has_no_factor() -> None:
    assert Reduction(10, 0).factor == float("inf")
    assert str(Reduction(10, 0)) == "10B less, -100.0 %"


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_bar_keeps_its_width_and_shows_every_nonzero_part(part: int, whole: int) -> None:
    shown = bar(part, whole)
    assert len(shown) == BAR
    if part:
        assert shown.startswith("█")


def test_a_table_right_aligns_numbers_without_trailing_spaces() -> None:
    rows: list[tuple[str, ...]] = [("NAME", "SIZE", "X"), ("a", "1", ""), ("bcd", "22222", "y")]
    assert table(rows, right=frozenset({1})) == ("NAME   SIZE  X\na         1\nbcd   22222  y\n")
