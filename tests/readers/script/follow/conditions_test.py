"""Tests have the same result as with the real ``[``, or none."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.readers.script.follow.conditions import test as answer
from bpkit.readers.script.follow.start import initial_state
from bpkit.readers.script.model.state import ScriptSurroundings
from bpkit.readers.script.model.values import Origin, Symbol, value
from tests.examples import examples

_TEXT = st.sampled_from(["", "a", "b", "0", "7", "-3", "a b", "x=y"])
_NUMBER = st.sampled_from(["0", "7", "-3", "12"])
_PRIMARY = st.one_of(
    st.tuples(st.sampled_from(["-n", "-z"]), _TEXT),
    st.tuples(_TEXT, st.sampled_from(["=", "!="]), _TEXT),
    st.tuples(_NUMBER, st.sampled_from(["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]), _NUMBER),
)
_NEGATED = st.one_of(_PRIMARY, _PRIMARY.map(lambda words: ("!", *words)))


def our_answer(words: tuple[str, ...], **files: str) -> bool | None:
    state = initial_state("x.sh", ScriptSurroundings(files=files or None))
    return answer([value(word) for word in ("[", *words, "]")], state).status


@examples(200)
@given(words=_NEGATED)
def test_known_words_are_compared_as_in_the_shell(words: tuple[str, ...]) -> None:
    done = subprocess.run(["/usr/bin/[", *words, "]"], check=False, timeout=20)
    assert our_answer(words) is (done.returncode == 0)


@pytest.mark.parametrize(
    ("words", "status", "assumed"),
    [
        (("-z", "$"), True, True),
        (("-n", "$"), False, True),
        (("$", "=", "yes"), False, True),
        (("$", "!=", "yes"), True, True),
        (("x", "=", "x", "-a", "-n", "$"), False, True),
        (("x", "=", "x", "-o", "-n", "$"), True, False),
    ],
)
def test_values_from_outside_count_as_unset(
    words: tuple[str, ...], status: bool, assumed: bool
) -> None:
    symbol = value(Symbol(Origin.ENVIRONMENT, "X"))
    argv = [symbol if word == "$" else value(word) for word in ("[", *words, "]")]
    found = answer(argv, initial_state("x.sh", ScriptSurroundings()))
    assert (found.status, found.assumed) == (status, assumed)


def test_a_test_of_a_commands_output_has_no_result() -> None:
    symbol = value(Symbol(Origin.COMMAND, "date"))
    argv = [value("["), symbol, value("="), value("x"), value("]")]
    assert answer(argv, initial_state("x.sh", ScriptSurroundings())).status is None


def test_only_project_files_exist_in_a_fresh_checkout() -> None:
    files = {"src/main.go": ""}
    assert our_answer(("-f", "src/main.go"), **files) is True
    assert our_answer(("-d", "src"), **files) is True
    assert our_answer(("-f", "app"), **files) is False
    assert our_answer(("-f", "src"), **files) is None
    assert our_answer(("-f", "src/main.go")) is None
