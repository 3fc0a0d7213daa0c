"""Text from outside can't control a terminal, and is shown completely."""

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
def test_text_shown_in_a_line_cannot_start_another(text: str) -> None:
    assert not acts(shown(text))


@given(ANY)
def test_line_ends_and_tabs_are_not_escaped(text: str) -> None:
    assert not acts(safe(text).replace("\n", "").replace("\t", ""))
    assert safe(text).count("\n") == text.count("\n")


def test_visible_characters_are_not_escaped() -> None:
    assert shown("COPY größe.txt 'a b' \\x1b") == "COPY größe.txt 'a b' \\x1b"


def test_invisible_characters_are_written_as_their_code() -> None:
    assert shown("\x1b[31m\r\n\x9b\u202e\udcff") == "\\x1b[31m\\r\\n\\x9b\\u202e\\xff"


def test_only_colours_of_reports_are_not_escaped() -> None:
    text = "\x1b[1;31merror\x1b[0m \x1b[2J \x1b]0;title\x07"
    assert safe(text, colour=True) == "\x1b[1;31merror\x1b[0m \\x1b[2J \\x1b]0;title\\x07"
    assert "\x1b" not in safe(text)


@given(ANY.filter(lambda text: not any(0xD800 <= ord(one) < 0xE000 for one in text)))
def test_json_is_equivalent_and_has_no_control_characters(text: str) -> None:
    told = safe_json(json.dumps({"name": text}, ensure_ascii=False))
    assert json.loads(told) == {"name": text}
    assert not acts(told)
