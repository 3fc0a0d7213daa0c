"""The difference of two images as text."""

from __future__ import annotations

from bpkit.verbs.diff.report import _around_difference


def test_long_values_are_cut_around_their_difference() -> None:
    shared = "RUN apt-get update && apt-get install -y --no-install-recommends jq file " * 2
    before, after = _around_difference(f"{shared}&& true", f"{shared}; apt-get clean")
    assert before == f"…{shared[-30:]}&& true"
    assert after == f"…{shared[-30:]}; apt-get clean"


def test_short_values_are_shown_whole() -> None:
    assert _around_difference("PATH=/bin", "PATH=/bin:/usr/bin") == (
        "PATH=/bin",
        "PATH=/bin:/usr/bin",
    )
    assert _around_difference("", "PATH=/bin") == ("", "PATH=/bin")


def test_a_long_value_that_goes_on_shows_how() -> None:
    shared = "RUN apt-get update && apt-get install -y --no-install-recommends jq file " * 2
    assert _around_difference(shared, f"{shared}; apt-get clean") == (
        f"…{shared[-30:]}".rstrip(),
        f"…{shared[-30:]}; apt-get clean",
    )
    before, after = _around_difference("", shared)
    assert (before, after[:20]) == ("", shared[:20])
