"""Nothing from outside acts on a terminal, and nothing is lost of it."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bpkit.report.escaping import safe, safe_json, shown

ANY = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\x1b\x9b\n\t\r\x07\u2028\u202e\udc80")
)


def acts(text: str) -> bool:
    """Whether a character in it is a control, a separator of lines or a turn of direction."""
    return any(
        unicodedata.category(one) in {"Cc", "Zl", "Zp", "Cs"} or one in "\u202e\u2066"
        for one in text
    )


@given(ANY)
def test_what_is_shown_in_a_line_stays_in_it(text: str) -> None:
    assert not acts(shown(text))


@given(ANY)
def test_the_door_lets_line_ends_and_tabs_through(text: str) -> None:
    assert not acts(safe(text).replace("\n", "").replace("\t", ""))
    assert safe(text).count("\n") == text.count("\n")


def test_what_can_be_seen_is_shown_as_it_is() -> None:
    assert shown("COPY größe.txt 'a b' \\x1b") == "COPY größe.txt 'a b' \\x1b"


def test_what_can_not_be_seen_is_written_as_its_code() -> None:
    assert shown("\x1b[31m\r\n\x9b\u202e\udcff") == "\\x1b[31m\\r\\n\\x9b\\u202e\\xff"


def test_only_the_colours_of_reports_go_through_where_colours_are_wanted() -> None:
    text = "\x1b[1;31merror\x1b[0m \x1b[2J \x1b]0;title\x07"
    assert safe(text, colour=True) == "\x1b[1;31merror\x1b[0m \\x1b[2J \\x1b]0;title\\x07"
    assert "\x1b" not in safe(text)


@given(ANY.filter(lambda text: not any(0xD800 <= ord(one) < 0xE000 for one in text)))
def test_json_says_the_same_and_acts_on_nothing(text: str) -> None:
    told = safe_json(json.dumps({"name": text}, ensure_ascii=False))
    assert json.loads(told) == {"name": text}
    assert not acts(told)
