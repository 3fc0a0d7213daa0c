"""Lines that are drawn anew at the bottom of a terminal: on a real one (a pty), and on none."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pytest

from bpkit.report.live import LiveLines, live_terminal


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a terminal of 20 columns and 5 rows."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 5, 20, 0, 0))
    yield master, slave
    os.close(master)


def screen(text: str) -> list[str]:
    """What a terminal shows once it has acted on the sequences that are used here."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[\d*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text):
        if part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part == "\r":
            column = 0
        elif part.startswith("\x1b["):
            number, kind = int(part[2:-1] or 1), part[-1]
            if kind == "A":
                row = max(0, row - number)
            else:
                assert kind == "J"
                lines = [*lines[:row], lines[row][:column]]
        else:
            lines[row] = (lines[row][:column].ljust(column) + part)[:200]
            column += len(part)
    return lines


def drawn(ends: tuple[int, int], lines: Sequence[str], then: Callable[[LiveLines], None]) -> str:
    master, slave = ends
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        with LiveLines(stream, lambda: lines) as live:
            then(live)
        # Closing this end first may lose what the other has not read yet, on a busy machine.
        os.write(slave, b"\0")
        text = ""
        while not text.endswith("\0"):
            text += os.read(master, 65536).decode()
    return text.removesuffix("\0")


def test_what_is_written_stays_and_the_lines_go(terminal: tuple[int, int]) -> None:
    master, slave = terminal

    def write(live: LiveLines) -> None:
        for line in ("built one", "built two"):
            live.above(partial(tell, line))

    def tell(line: str) -> None:
        os.write(slave, f"{line}\n".encode())

    text = drawn((master, slave), ["building three", "  three 4 s"], write)
    assert [line for line in screen(text) if line] == ["built one", "built two"]
    assert text.count("building three") == 2


def test_a_line_is_cut_at_the_edge_and_a_block_at_the_height(terminal: tuple[int, int]) -> None:
    text = drawn(terminal, ["x" * 50, *"abcdefgh"], lambda live: live.above(lambda: None))
    shown = text.partition("\x1b[")[0].replace("\r", "").split("\n")
    assert shown == ["x" * 19, "a", "b", "c", ""]
    assert screen(text) == [""]


def test_a_name_does_not_act_on_the_terminal(terminal: tuple[int, int]) -> None:
    text = drawn(terminal, ["\x1b[2Jgone"], lambda live: live.above(lambda: None))
    assert "\x1b[2J" not in text
    assert "gone" in text


def test_nothing_is_drawn_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert live_terminal(quiet=True) is None
    monkeypatch.setenv("TERM", "dumb")
    assert live_terminal(quiet=False) is None
