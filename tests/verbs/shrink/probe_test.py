"""How answers are compared; tests/engine/shrink_test.py asks real images."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.verbs.shrink.probe import compared, split_path
from bpkit.verbs.shrink.result import ProbeAnswer, Probes


def never() -> ProbeAnswer:
    raise AssertionError("an equal answer needs no second run")


def test_equal_answers_are_the_same_without_another_run() -> None:
    answer = ProbeAnswer(1, "out\n", "err\n")
    assert compared("x", answer, answer, never).same


@pytest.mark.parametrize(
    "new",
    [ProbeAnswer(1, "out\n"), ProbeAnswer(0, "other\n"), ProbeAnswer(0, "out\n", "warning\n")],
)
def test_another_status_or_output_is_a_difference(new: ProbeAnswer) -> None:
    old = ProbeAnswer(0, "out\n")
    found = compared("x", old, new, lambda: old)
    assert not found.same
    assert not found.unsteady


def test_what_the_old_image_never_says_twice_is_not_compared() -> None:
    found = compared(
        "x",
        ProbeAnswer(0, "at 10:00\nhello\n"),
        ProbeAnswer(0, "at 10:02\nhello\n"),
        lambda: ProbeAnswer(0, "at 10:01\nhello\n"),
    )
    assert found.same
    assert found.unsteady


@pytest.mark.parametrize("new", ["at 10:02\nbye\n", "at 10:02\n", "at 10:02\nhello\nmore\n"])
def test_what_the_old_image_repeats_is_compared_line_by_line(new: str) -> None:
    again = ProbeAnswer(0, "at 10:01\nhello\n")
    assert not compared(
        "x", ProbeAnswer(0, "at 10:00\nhello\n"), ProbeAnswer(0, new), lambda: again
    ).same


def test_of_answers_of_changing_length_the_status_counts() -> None:
    old, again = ProbeAnswer(0, "a\n"), ProbeAnswer(0, "a\nb\n")
    assert compared("x", old, ProbeAnswer(0, "c\n"), lambda: again).same
    assert not compared("x", old, ProbeAnswer(3, "c\n"), lambda: again).same


@pytest.mark.parametrize(
    ("text", "port", "path"),
    [("/health", "", "/health"), ("8080/health", "8080", "/health"), ("8080", "8080", "/")],
)
def test_a_port_may_stand_before_the_path(text: str, port: str, path: str) -> None:
    assert split_path(text) == (port, path)


def test_a_path_without_a_slash_is_a_slip() -> None:
    with pytest.raises(InputError, match="'health' is no path"):
        split_path("health")


def test_no_probes_are_false() -> None:
    assert not Probes()
    assert Probes(commands=("",))
