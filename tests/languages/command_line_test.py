"""How an interpreter's words are read, and which language a program belongs to."""

from __future__ import annotations

import pytest

from bpkit.languages.command_line import CommandLine
from bpkit.languages.table import (
    LANGUAGES,
    is_interpreter_of_unknown_needs,
    is_launcher,
)

READING = CommandLine(
    programs=frozenset({"tool"}),
    flags=frozenset({"-q"}),
    values=frozenset({"-o"}),
    prefixes=("-D",),
    last=frozenset({"-m"}),
)


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("tool file arg", ("file", "arg")),
        ("tool -q -o out file", ("file",)),
        ("tool -Dx --long=1 file", ("file",)),
        ("tool -m module arg", ()),
        ("tool --unknown file", None),
        ("tool", ()),
    ],
)
def test_the_words_after_known_options_are_read(words: str, rest: tuple[str, ...] | None) -> None:
    assert READING.read(words.split()).rest == rest


def test_the_last_value_of_a_repeated_option_counts() -> None:
    assert READING.read(["tool", "-o", "one", "-o", "two"]).value("-o") == "two"
    assert READING.read(["tool"]).value("-o") == ""


def test_no_two_languages_share_an_interpreter_name() -> None:
    programs = [program for one in LANGUAGES if one.command for program in one.command.programs]
    assert len(programs) == len(set(programs))


def test_language_names_are_unique() -> None:
    names = [one.name for one in LANGUAGES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "launches", "is_unknown"),
    [
        ("/usr/bin/python3.11", False, False),
        ("npm", True, False),
        ("poetry", True, False),
        ("/usr/bin/perl", False, False),
        ("tclsh8.6", False, False),
        ("mono", False, True),
        ("nginx", False, False),
    ],
)
def test_launchers_and_unknown_interpreters_are_distinguished(
    name: str, *, launches: bool, is_unknown: bool
) -> None:
    assert is_launcher(name) is launches
    assert is_interpreter_of_unknown_needs(name) is is_unknown
