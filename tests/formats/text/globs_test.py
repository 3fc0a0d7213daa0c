from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.formats.text.globs import GlobError, check, is_glob, match, match_sources, source_path
from tests.places import DATA

GOLDEN = DATA / "match_golden.jsonl"
PATHS = ("Makefile", "cmd", "cmd/a", "cmd/a/main.go", "cmd/b", "cmd/b/main.go", "go.mod", "go.sum")


def verdict(pattern: str, path: str) -> str:
    try:
        return "yes" if match(pattern, path) else "no"
    except GlobError:
        return "malformed"


def text_of(latin1: str) -> str:
    return latin1.encode("latin-1").decode("utf-8", "surrogateescape")


def test_every_verdict_is_that_of_go() -> None:
    rows = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    wrong = [
        (pattern, path, expected)
        for pattern, path, expected in rows
        if verdict(text_of(pattern), text_of(path)) != expected
    ]
    assert len(rows) == 4000
    assert wrong == []


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.go", "main.go", True),
        ("*.go", "cmd/main.go", False),
        ("*", ".env", True),
        ("**", "a/b", False),
        ("a?b", "a/b", False),
        ("a[^x]b", "a/b", True),
        ("[a-c]", "b", True),
        ("[^a-c]", "b", False),
        ("\\*", "*", True),
        ("\\*", "x", False),
        ("[!a]", "b", False),
        ("é?", "éé", True),
        ("", "", True),
    ],
)
def test_a_pattern_means_what_it_means_in_go(pattern: str, path: str, expected: bool) -> None:
    assert match(pattern, path) is expected


@pytest.mark.parametrize("pattern", ["[", "[]", "[]a]", "[a-]", "[-a]", "a\\", "[a", "*[", "[\\"])
def test_a_malformed_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(GlobError, match="malformed"):
        check(pattern)


def test_a_mistake_behind_what_fails_is_found_by_check_alone() -> None:
    assert not match("a*[", "b")
    with pytest.raises(GlobError):
        check("a*[")


@given(st.text(max_size=12))
def test_an_escaped_text_matches_itself_and_nothing_longer(text: str) -> None:
    escaped = "".join("\\" + char for char in text)
    assert match(escaped, text)
    assert not match(escaped, text + "x")


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_is_matched_malformed_or_not_but_never_crashes(pattern: str, path: str) -> None:
    assert verdict(pattern, path) in {"yes", "no", "malformed"}


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "*?" * 40 + "b", "*[ab]" * 40 + "c"])
def test_many_stars_take_no_exponential_time(pattern: str) -> None:
    start = time.perf_counter()
    assert not match(pattern, "a" * 2000)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*.go", True),
        ("a?", True),
        ("[ab]", True),
        ("a\\*b", False),
        ("src/", False),
        ("\\", False),
    ],
)
def test_a_source_is_a_pattern_where_a_wildcard_is_not_escaped(text: str, expected: bool) -> None:
    assert is_glob(text) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("go.*", ("go.mod", "go.sum")),
        ("cmd", ("cmd",)),
        ("./cmd/", ("cmd",)),
        ("/cmd/*", ("cmd/a", "cmd/b")),
        ("cmd/*/main.go", ("cmd/a/main.go", "cmd/b/main.go")),
        ("*", ("Makefile", "cmd", "go.mod", "go.sum")),
        ("nothing", ()),
        (".", (".",)),
        ("/", (".",)),
    ],
)
def test_the_sources_of_a_copy_are_found_by_pattern(source: str, expected: tuple[str, ...]) -> None:
    assert match_sources(source, PATHS) == expected


def test_a_path_without_wildcard_is_taken_as_it_is() -> None:
    assert match_sources("a\\b", ("ab", "a\\b")) == ("a\\b",)


@pytest.mark.parametrize(
    ("source", "path"),
    [("../../etc", "etc"), ("a/./b//", "a/b"), ("//a", "a"), ("a/..", "."), ("", ".")],
)
def test_a_source_never_leaves_the_context(source: str, path: str) -> None:
    assert source_path(source) == path
