from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.formats.dockerignore.ignore import (
    BUILDKIT,
    CLASSIC,
    DIALECTS,
    UNTIL_20,
    Dialect,
    Ignore,
    names_for,
)
from bpkit.formats.dockerignore.regexp import LineError
from bpkit.verbs.ignore.derivation import literal


def excluded(text: str, *paths: str, dialect: Dialect = BUILDKIT) -> list[str]:
    ignore = Ignore.parse(text, dialect=dialect)
    return [path for path in paths if ignore.excludes(path)]


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("a", "a", True),
        ("a", "a/b/c", True),
        ("a", "b/a", False),
        ("a/", "a", True),
        ("/a", "a", True),
        ("./a", "a", True),
        ("x/../a", "a", True),
        ("../a", "a", False),
        (".", "a", False),
        ("  a\t", "a", True),
        ("# a", "# a", False),
        (" # a", "# a", True),
        ("\\#a", "#a", True),
        ("*", ".env", True),
        ("*", "a/b", True),
        ("*/b", "a/b", True),
        ("*/b", "a/c", False),
        ("*.go", "a/x.go", False),
        ("**/*.go", "x.go", True),
        ("**/*.go", "a/b/x.go", True),
        ("a/**", "a", False),
        ("a/**", "a/b/c", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c/d", True),
        ("**x", "ax", True),
        ("**x*", "axy", False),
        ("a?c", "a/c", False),
        ("a?c", "aéc", True),
        ("[a-c]x", "bx", True),
        ("[^a]x", "bx", True),
        ("a+b", "a+b", True),
        ("a(b)*", "a(b)c", True),
        ("a^b", "a^b", True),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("a b", "a b", True),
    ],
)
def test_a_line_excludes_what_docker_excludes_by_it(line: str, path: str, expected: bool) -> None:
    assert Ignore.parse(line).excludes(path) is expected


def test_the_last_line_that_matches_decides() -> None:
    text = "docs\n!docs/README.md\ndocs/README.*\n"
    assert excluded(text, "docs/a", "docs/README.md") == ["docs/a", "docs/README.md"]
    assert excluded("docs\n!docs/README.md\n", "docs/a", "docs/README.md") == ["docs/a"]


def test_an_allow_list_opens_the_directories_that_lead_to_its_files() -> None:
    text = "*\n!src/app/main.go\n"
    for dialect in DIALECTS:
        found = excluded(text, "src/app/main.go", "src/app/x.go", "lib/a", dialect=dialect)
        assert found == ["src/app/x.go", "lib/a"]


def test_the_classic_builder_does_not_open_a_directory_for_a_wildcard() -> None:
    text = "*\n!src/*/main.go\n"
    assert excluded(text, "src/app/main.go", dialect=BUILDKIT) == []
    assert excluded(text, "src/app/main.go", dialect=CLASSIC) == ["src/app/main.go"]


def test_a_line_that_was_passed_over_for_a_directory_says_nothing_of_its_content() -> None:
    text = "*\n!d/x\nd\n"
    assert excluded(text, "d/x", "d/y") == ["d/y"]
    assert excluded(text, "d/x", "d/y", dialect=UNTIL_20) == ["d/x", "d/y"]


def test_up_to_docker_20_a_plus_is_an_operator() -> None:
    assert excluded("a+b", "a+b", "aab", dialect=UNTIL_20) == ["aab"]


def test_line_ends_and_a_byte_order_mark_are_not_part_of_a_line() -> None:
    assert excluded("\ufeff# no\r\na\r\n\r\n!a/b\r\n", "a", "a/b", "a/c") == ["a", "a/c"]


def test_a_verdict_names_its_line() -> None:
    verdict = Ignore.parse("\n*\n!a\n", "web/.dockerignore").verdict("b")
    assert str(verdict.by) == "*"
    assert verdict.by is not None
    assert str(verdict.by.place) == "web/.dockerignore:2"


@pytest.mark.parametrize("line", ["!", "! ", "!/", "[", "a[", "a\\", "[b-a]", "\\w[[:x:]]"])
def test_a_line_that_docker_refuses_is_named_with_its_place(line: str) -> None:
    with pytest.raises(LineError) as caught:
        Ignore.parse(f"ok\n{line}\n")
    assert str(caught.value.place) == ".dockerignore:2"


def test_a_line_too_long_for_docker_is_refused() -> None:
    with pytest.raises(LineError, match="longer"):
        Ignore.parse("a" * 65536)


def test_the_ignore_file_of_a_dockerfile_comes_first() -> None:
    assert names_for("docker/Dockerfile.build") == (
        "docker/Dockerfile.build.dockerignore",
        ".dockerignore",
    )


def test_directories_of_any_depth_take_no_time_to_try() -> None:
    ignore = Ignore.parse("**/" * 30 + "x*y\n")
    start = time.perf_counter()
    assert not ignore.excludes("/".join("a" * 60))
    assert time.perf_counter() - start < 1


LITERALS = st.sampled_from(["a", "b", "ab", ".a", "a.b", "é", "x-y"])
WILD = st.sampled_from(["*", "?", "a*", "*b", "a?", "[ab]", "[^a]", "**"])
PARTS = st.lists(st.one_of(LITERALS, WILD), min_size=1, max_size=4)
PATHS = st.lists(LITERALS, min_size=1, max_size=4).map("/".join)
LINES = st.lists(st.tuples(st.booleans(), PARTS), min_size=1, max_size=6)


@given(LINES, PATHS)
def test_buildkit_agrees_with_a_model_of_it(
    lines: Sequence[tuple[bool, list[str]]], path: str
) -> None:
    text = "\n".join("!" * negated + "/".join(parts) for negated, parts in lines)
    assert Ignore.parse(text).excludes(path) is model(lines, path, prunes=False)
    assert Ignore.parse(text, dialect=CLASSIC).excludes(path) is model(lines, path, prunes=True)


def model(lines: Sequence[tuple[bool, list[str]]], path: str, *, prunes: bool) -> bool:
    """What becomes of a path, part of pattern by part of path, without a regular expression."""
    inherited = [False] * len(lines)
    state = False
    for prefix in accumulate(path.split("/"), lambda above, name: f"{above}/{name}"):
        state = False
        hits = []
        for (negated, parts), before in zip(lines, inherited, strict=True):
            hit = before or (negated is state and parts_match(parts, prefix.split("/")))
            hits.append(hit)
            state = not negated if hit else state
        inherited = hits
        opened = ("/".join(parts) + "/" for negated, parts in lines if negated)
        if prunes and state and not any(text.startswith(prefix + "/") for text in opened):
            return True
    return state


def parts_match(parts: list[str], names: list[str]) -> bool:
    if not parts:
        return not names
    if parts[0] == "**":
        if not parts[1:]:
            return bool(names)
        return any(parts_match(parts[1:], names[n:]) for n in range(len(names) + 1))
    return bool(names) and name_matches(parts[0], names[0]) and parts_match(parts[1:], names[1:])


def name_matches(pattern: str, name: str) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(name_matches(pattern[1:], name[n:]) for n in range(len(name) + 1))
    if pattern[0] == "[":
        letters, _, rest = pattern[1:].partition("]")
        negated = letters.startswith("^")
        return (
            name[:1] != ""
            and (name[0] in letters[negated:]) is not negated
            and name_matches(rest, name[1:])
        )
    same = pattern[0] in ("?", name[:1]) and name != ""
    return same and name_matches(pattern[1:], name[1:])


NAMES = st.text(min_size=1, max_size=6).filter(
    lambda s: not set(s) & set("/\0\r\n") and s.strip(".")
)


@given(NAMES, NAMES)
def test_a_literal_line_excludes_that_path_and_what_is_below_it_alone(one: str, two: str) -> None:
    line = literal(one)
    text = f"\\{line}" if line[0] in "#!" else line
    for dialect in DIALECTS:
        ignore = Ignore.parse(text, dialect=dialect)
        assert ignore.excludes(one)
        assert ignore.excludes(f"{one}/{two}")
        assert one == two or not ignore.excludes(two)


@given(st.text(max_size=20), NAMES)
def test_any_line_is_read_or_refused_but_never_crashes(text: str, path: str) -> None:
    for dialect in DIALECTS:
        try:
            ignore = Ignore.parse(text, dialect=dialect)
        except LineError:
            continue
        assert ignore.excludes(path) in {True, False}


@pytest.mark.parametrize("text", ["a\n" * 5_001, f"{'b' * 1_000}\n" * 201])
def test_more_patterns_than_anybody_writes_are_refused_with_the_line(text: str) -> None:
    with pytest.raises(LineError, match="at most 5,000 patterns") as caught:
        Ignore.parse(text)
    assert str(caught.value.place) == f".dockerignore:{text.count(chr(10))}"
    Ignore.parse("# b\n" * 100_000)
