"""The meter shows that an image is being read, and leaves nothing behind."""

from __future__ import annotations

import io

import pytest

from bpkit.report.reading_meter import Meter, meter


def test_the_line_shows_bytes_and_rate_and_is_removed_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter([10.0, 10.1, 12.0, 13.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    terminal = io.StringIO()
    shown = Meter(terminal)
    shown(0)
    assert terminal.getvalue() == "\rreading the image"
    shown(1)
    assert terminal.getvalue() == "\rreading the image"
    shown(40_000_000)
    last = "reading the image: 40MB, 20MB/s"
    assert terminal.getvalue().endswith(f"\r{last}")
    shown(-1)
    assert terminal.getvalue().endswith(f"\r{' ' * len(last)}\r")


def test_there_is_no_meter_without_a_terminal_or_when_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert meter(quiet=False) is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert meter(quiet=True) is None
    assert meter(quiet=False) is not None
    monkeypatch.setenv("TERM", "dumb")
    assert meter(quiet=False) is None
