"""Show on a terminal that a large image is being read, and how fast."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

from bpkit.report.sizes import human

# The seconds between updates of the line.
_EVERY = 0.25


class Meter:
    """One line on a terminal that is updated while bytes are read, and removed at the end."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._began = self._last = 0.0
        self._shown = 0

    def __call__(self, count: int) -> None:
        """Show the number of bytes read so far; a negative number ends the line."""
        now = time.monotonic()
        if count < 0:
            self._show("")
            self._began = 0.0
        elif not self._began:
            self._began = self._last = now
            self._show("reading the image")
        elif now - self._last >= _EVERY:
            self._last = now
            rate = human(int(count / (now - self._began)))
            self._show(f"reading the image: {human(count)}, {rate}/s")

    def _show(self, text: str) -> None:
        self._terminal.write(f"\r{text.ljust(self._shown)}" + ("" if text else "\r"))
        self._terminal.flush()
        self._shown = len(text)


def meter(*, quiet: bool) -> Meter | None:
    """The meter of this run; None if there is no terminal, or with --quiet."""
    if quiet or os.environ.get("TERM") == "dumb" or not sys.stderr.isatty():
        return None
    return Meter(sys.stderr)
