from __future__ import annotations

import pytest

from bpkit.formats.context.needed import ContextNeeds, needs, together
from bpkit.formats.dockerfile.parser import parse
from bpkit.verbs.ignore.derivation import allow_list
from bpkit.verbs.ignore.text import OWN, Own, derived_text, split_text, taken_over, with_own

PAIR = together(
    needs(parse("FROM golang\nCOPY hello.go cmd/*/main.go ./\n", "Dockerfile.build")),
    needs(parse("FROM alpine\nCOPY hello /\n", "Dockerfile.runtime")),
)


def test_a_pair_gives_one_file_with_a_part_for_each() -> None:
    text = derived_text(allow_list(PAIR), ["Dockerfile.build", "Dockerfile.runtime"])
    assert text == (
        "# Only what Dockerfile.build and Dockerfile.runtime take from the build context.\n"
        "*\n\n"
        "# Directories of which only a part is copied\n"
        "!cmd/*\ncmd/*/*\n\n"
        "# Dockerfile.build\n!hello.go\n!cmd/*/main.go\n\n"
        "# Dockerfile.runtime\n!hello\n\n"
        f"{OWN}\n"
    )


def test_only_unwanted_files_are_excluded_if_everything_is_copied() -> None:
    found = needs(parse("FROM a\nCOPY . /app/\n"))
    text = derived_text(allow_list(found), ["Dockerfile"], [".git", "#odd", "keys/a b.pem "])
    assert "Dockerfile takes the whole context (COPY .)" in text
    assert text.splitlines()[2:5] == [".git", "\\#odd", "keys/a b.pem[ ]"]


def test_the_lines_of_the_user_come_back_as_they_were() -> None:
    derived = derived_text(allow_list(PAIR), ["Dockerfile.build"])
    own = ("# mine", "", "*.log", "  odd ")
    assert split_text(with_own(derived, own)) == (derived, own)


def test_the_lines_below_the_heading_of_earlier_files_are_found_too() -> None:
    derived = "# Made by bpkit\n*\n# Your own lines, kept as they are:\n"
    assert split_text(f"{derived}secret\n!a\n") == (derived, ("secret", "!a"))


def test_a_file_without_a_heading_has_no_lines_below_it() -> None:
    assert split_text("*\n!a\n") == ("*\n!a\n", ())


def needing(*sources: str) -> ContextNeeds:
    return needs(parse(f"FROM a\nCOPY {' '.join(sources)} /\n"))


@pytest.mark.parametrize(
    ("text", "sources", "kept", "dropped"),
    [
        ("# note\n\n*.log\nnode_modules\n", ["src"], ("# note", "", "*.log", "node_modules"), ()),
        ("*\n!src\n", ["src"], (), ("*", "!src")),
        ("src/gen\n!src/gen/keep\n", ["src"], ("src/gen", "!src/gen/keep"), ()),
        ("build\n!build\n", ["build/out"], ("build", "!build"), ()),
        ("docs\n!docs/a\n", ["src"], ("docs",), ("!docs/a",)),
        ("docs\n!**/a\n", ["src"], ("docs", "!**/a"), ()),
        ("a\n!a/b\n", ["a/*/c"], ("a", "!a/b"), ()),
        ("*\n!src\n", ["."], ("*", "!src"), ()),
    ],
)
def test_a_persons_exclusions_are_kept(
    text: str, sources: list[str], kept: tuple[str, ...], dropped: tuple[str, ...]
) -> None:
    assert taken_over(text, needing(*sources)) == Own(kept, dropped)
