"""What is shown of a build that goes on: what runs, what waits, and the time left, if known."""

from __future__ import annotations

import pytest

from bpkit.report import Console
from bpkit.verbs.workspace import MemberOutcome, News
from bpkit.verbs.workspace.news import lines_of


def test_the_time_left_follows_from_earlier_builds() -> None:
    running = {"api": (100.0, 30.0), "web": (108.0, 0.5)}
    left = {"job": 20.0, "cron": 10.0}
    assert list(lines_of(running, left, slots=2, total=6, now=110.0)) == [
        "2 of 6 done, 2 building, 2 waiting, about 25 s left",
        "  api  10 s  (30 s last time)",
        "  web  2 s",
    ]


@pytest.mark.parametrize(
    ("running", "left"), [({"api": (0.0, 0.0)}, {"job": 9.0}), ({"api": (0.0, 9.0)}, {"job": 0.0})]
)
def test_no_time_is_given_if_it_is_not_known_of_each_image(
    running: dict[str, tuple[float, float]], left: dict[str, float]
) -> None:
    first, *_ = lines_of(running, left, slots=2, total=2, now=1.0)
    assert first == "0 of 2 done, 1 building, 1 waiting"


def test_the_longest_image_is_waited_for() -> None:
    first, *_ = lines_of({"api": (0.0, 60.0)}, {"job": 2.0}, slots=8, total=2, now=1.0)
    assert first.endswith("about 59 s left")


def test_many_running_builds_are_counted() -> None:
    running = {f"i{number}": (0.0, 0.0) for number in range(11)}
    lines = list(lines_of(running, {}, slots=16, total=11, now=1.0))
    assert (len(lines), lines[-1]) == (10, "  and 3 more")


def test_without_a_terminal_each_image_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    news = News(Console(), quiet=False)
    with news.shown():
        news.chosen(["a", "b"], lambda name: 0.0, 2)
        news.began("a", "a file changed", 1, 3.0)
        news.ended(MemberOutcome("a", "built", size=1000, seconds=2.0))
    assert capsys.readouterr().err.splitlines() == [
        "building a (a file changed, 3.0 s last time); 1 waiting",
        "built a in 2.0 s, 1kB",
    ]
