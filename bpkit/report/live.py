"""Lines at the bottom of a terminal that are redrawn while a run goes on.

Everything else is written above them. Only sequences that every terminal supports are used: move
up, clear to the end (ECMA-48). Without a terminal, nothing is drawn.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TextIO

from bpkit.report.escaping import safe

# The seconds between two drawings.
_EVERY = 0.5


class LiveLines:
    """Draws the result of ``lines`` until the block ends, then removes it."""

    def __init__(self, terminal: TextIO, lines: Callable[[], Sequence[str]]) -> None:
        self._terminal = terminal
        self._lines = lines
        self._drawn = 0
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._redraw, daemon=True)

    def __enter__(self) -> LiveLines:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        with self._lock:
            self._write(self._cleared())

    def above(self, write: Callable[[], None]) -> None:
        """Clear the lines, let ``write`` write to the terminal, and draw them again below."""
        with self._lock:
            self._write(self._cleared())
            write()
            self._draw()

    def draw(self) -> None:
        """Draw the lines now: what they show has changed."""
        with self._lock:
            self._draw()

    def _redraw(self) -> None:
        while not self._ended.wait(_EVERY):
            self.draw()

    def _draw(self) -> None:
        columns, rows = self._size()
        # A wrapped line or a scrolling block couldn't be cleared.
        lines = [safe(line)[: columns - 1] for line in self._lines()][: max(1, rows - 1)]
        self._write(self._cleared() + "".join(f"{line}\n" for line in lines))
        self._drawn = len(lines)

    def _cleared(self) -> str:
        drawn, self._drawn = self._drawn, 0
        return f"\x1b[{drawn}A\r\x1b[J" if drawn else ""

    def _size(self) -> tuple[int, int]:
        try:
            columns, rows = os.get_terminal_size(self._terminal.fileno())
        except (OSError, ValueError):
            return 80, 24
        # A terminal that doesn't know its size reports 0.
        return columns or 80, rows or 24

    def _write(self, text: str) -> None:
        # If standard error can't be written, only the exit status remains.
        with suppress(OSError):
            self._terminal.write(text)
            self._terminal.flush()


def live_terminal(*, quiet: bool) -> TextIO | None:
    """The terminal to draw on; None without one, on a dumb one, and with --quiet."""
    if quiet or os.environ.get("TERM") == "dumb" or not sys.stderr.isatty():
        return None
    return sys.stderr
