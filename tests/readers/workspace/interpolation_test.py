"""Variables in Compose files and in ``.env``."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.readers.workspace import interpolated, read_dotenv


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A-${A}", "1-1"),
        ("${NO}${NO:-x}${NO-y}", "xy"),
        ("${EMPTY:-x}${EMPTY-y}", "x"),
        ("${NO:-${NEITHER:-${A}}}/b", "1/b"),
        ("${A:+is${A}}${NO+never}", "is1"),
        ("$$A$${A}", "$A${A}"),
        ("${NO:-a{b}c}", "a{b}c"),
    ],
)
def test_a_variable_is_replaced(text: str, value: str) -> None:
    assert interpolated(text, {"A": "1", "EMPTY": ""}) == value


@pytest.mark.parametrize("text", ["$", "${", "${}", "${A", "${1}", "${A!}", "a $(b)", "${A:?}" * 2])
def test_what_is_not_a_variable_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        interpolated(text, {})


def test_a_dotenv_file_may_use_the_variables_above() -> None:
    text = (
        "A=1\nB=${A}/${C:-d}\nexport Q=\"${A} # no comment\" # one\nS='${A}'\nP=pa$%s\nE= # empty\n"
    )
    found = read_dotenv(text, {"C": "c"})
    assert found == {
        "A": "1", "B": "1/c", "Q": "1 # no comment", "S": "${A}", "P": "pa$%s", "E": ""
    }  # fmt: skip
