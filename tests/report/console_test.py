"""The one door to the terminal: what goes to which stream, and what is held back."""

from __future__ import annotations

import io
import json
import os
import subprocess

import pytest

from bpkit.errors import NoReaderError
from bpkit.report.console import Console, bold, coloured


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_colours_are_used_only_on_terminals_that_show_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bold("x", Terminal()) == "\033[1mx\033[0m"
    assert bold("x", io.StringIO()) == "x"
    monkeypatch.setenv("NO_COLOR", "")
    assert coloured(Terminal()), "no-color.org: an empty NO_COLOR means nothing"
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(Terminal())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not coloured(Terminal())


def test_headings_and_notes_go_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    console = Console()
    console.begin(1, 2, "build")
    console.begin(0, 0, "clean up")
    console.note("by the way")
    assert capfd.readouterr() == ("", "[1/2] build\nclean up\nby the way\n")


def test_quiet_omits_headings_but_not_notes(capfd: pytest.CaptureFixture[str]) -> None:
    console = Console(quiet=True)
    console.begin(1, 2, "build")
    console.note("by the way")
    assert capfd.readouterr() == ("", "by the way\n")


def say(console: Console, text: str) -> None:
    """A command of the engine that says something on each stream."""
    out, err = console.streams()
    subprocess.run(
        ["sh", "-c", f"echo {text}; echo {text} >&2"], stdout=out, stderr=err, check=True
    )


def test_quiet_shows_the_output_of_the_command_that_failed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    console = Console(quiet=True)
    say(console, "one")
    say(console, "two")
    assert capfd.readouterr() == ("", "")
    console.command_failed()
    assert capfd.readouterr() == ("", "two\ntwo\n")


def test_engine_output_is_not_mixed_with_the_result(capfd: pytest.CaptureFixture[str]) -> None:
    say(Console(), "x")
    assert capfd.readouterr() == ("", "x\nx\n")
    pure = Console(pure_stdout=True)
    say(pure, "x")
    assert capfd.readouterr() == ("", "x\nx\n")
    pure.command_failed()
    assert capfd.readouterr() == ("", "")


def test_the_result_is_text_or_json(capfd: pytest.CaptureFixture[str]) -> None:
    Console(quiet=True).result("text\n", {"a": "é"})
    assert capfd.readouterr().out == "text\n"
    Console(pure_stdout=True, schema="bpkit/x/1").result("text\n", {"a": "é"})
    assert json.loads(capfd.readouterr().out) == {"schema": "bpkit/x/1", "a": "é"}


def test_json_is_valid_whatever_the_terminals_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, "ascii"))
    Console(pure_stdout=True).result("", {"a": "é█"})
    assert json.loads(raw.getvalue()) == {"schema": "", "a": "é█"}


def test_a_file_is_written_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, "ascii", newline="\r\n"))
    Console(pure_stdout=True).file("é\n\udcff\r\n")
    assert raw.getvalue() == b"\xc3\xa9\n\xff\r\n"


def test_a_closed_reader_raises_no_reader_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with io.FileIO(writing, "w") as raw:
        stream = io.TextIOWrapper(io.BufferedWriter(raw), write_through=True)
        monkeypatch.setattr("sys.stdout", stream)
        with pytest.raises(NoReaderError):
            Console().result("text\n", {})
        monkeypatch.undo()
        # What the stream still holds has nowhere to go.
        with pytest.raises(BrokenPipeError):
            stream.close()
