"""The picture of a session has what was typed and what was said, and fetches nothing."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import pytest

from bpkit.errors import EngineError
from scripts.bpkit_dev.recording import IMAGES, record


def text_of(svg: str) -> str:
    """The words of a picture, blanks between them."""
    found = re.findall(r"<text [^>]*>([^<]*)</text>", svg)
    return " ".join(html.unescape(" ".join(found)).replace("\xa0", " ").split())


def test_a_session_is_drawn_as_it_ran(tmp_path: Path) -> None:
    svg = record(
        "echo one > a; cat a\nprintf '\\033[1mtwo\\033[0m & <three>\\n'", tmp_path, {**os.environ}
    )
    assert "$ echo one > a; cat a one $ printf" in text_of(svg)
    assert "two & <three>" in text_of(svg)


def test_a_failing_command_is_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="'false' ended with status 1"):
        record("false", tmp_path, {**os.environ})


def test_the_readmes_picture_shows_its_session_and_loads_nothing() -> None:
    svg = (IMAGES / "lab-1.svg").read_text()
    shown = text_of(svg)
    for command in (IMAGES / "lab-1.session").read_text().splitlines():
        assert f"$ {command} " in shown
    assert "Hello Go, my name is Charles" in shown
    assert "x smaller" in shown
    # The address of the name space is none that is fetched.
    assert "url(http" not in svg
    assert "@font-face" not in svg
    assert "@import" not in svg
