"""Patterns of the shell, held against bash, and no pattern that takes time without end."""

from __future__ import annotations

import subprocess

import pytest

from bpkit.formats.shell import patterns
from bpkit.formats.shell.patterns import (
    matches,
    matching_paths,
    replaced,
    without_prefix,
    without_suffix,
)
from bpkit.formats.text import TooMuchError

PATTERNS = [
    "",
    "*",
    "a*",
    "*a",
    "a?c",
    "[ab]*",
    "[!a]*",
    "*b*",
    "[[:digit:]]",
    "a**c",
    "?",
    "[z-a]",
]
TEXTS = ["", "a", "abc", "aXbXc", "cab", "7", "aaa", "a/b/c"]


def bash(expression: str, text: str, pattern: str) -> str:
    script = f'x=$1; p=$2; printf %s "{expression}"'
    return subprocess.check_output(["bash", "-c", script, "bash", text, pattern], text=True)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_what_it_means_to_bash(pattern: str) -> None:
    pieces = [(pattern, False)]
    for text in TEXTS:
        assert without_prefix(text, pieces, longest=False) == bash("${x#$p}", text, pattern)
        assert without_prefix(text, pieces, longest=True) == bash("${x##$p}", text, pattern)
        assert without_suffix(text, pieces, longest=False) == bash("${x%$p}", text, pattern)
        assert without_suffix(text, pieces, longest=True) == bash("${x%%$p}", text, pattern)
        assert replaced(text, pieces, "-", every=False) == bash("${x/$p/-}", text, pattern)
        assert replaced(text, pieces, "-", every=True) == bash("${x//$p/-}", text, pattern)


def test_quoted_text_is_itself() -> None:
    assert matches([("a", False), ("*", True)], "a*")
    assert not matches([("a", False), ("*", True)], "ab")


def test_a_star_of_a_path_stops_at_a_slash() -> None:
    paths = ["src/a.go", "src/b/c.go", ".hidden/x.go"]
    assert matching_paths([("*/*.go", False)], paths) == ("src/a.go",)
    assert matching_paths([("s*", False)], paths) == ("src",)


def test_stars_without_number_take_no_time() -> None:
    pattern, text = [("*a" * 200 + "b", False)], "a" * 5000
    assert not matches(pattern, text)
    assert without_prefix(text, pattern, longest=True) == text
    assert without_suffix(text, [("b" + "a*" * 200, False)], longest=True) == text


def test_a_replacement_that_would_take_hours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # A twentieth of the real limit, so that the test takes a twentieth of its time.
    monkeypatch.setattr(patterns, "_MOST_WORK", 200_000)
    assert replaced("a" * 100, [("a*a*b", False)], "c", every=True) == "a" * 100
    with pytest.raises(TooMuchError):
        replaced("a" * 100_000, [("a*a*b", False)], "c", every=True)
