"""The beginning and the end of a program's endless output are kept."""

from __future__ import annotations

import io

from bpkit.verbs.trial.capture import OutputCapture


def captured(data: bytes) -> OutputCapture:
    capture = OutputCapture(io.BytesIO(data))
    capture.finish(10)
    return capture


def test_short_output_is_kept_whole() -> None:
    written = captured(b"one\ntwo \xff\n").written()
    assert (written.text, written.dropped) == ("one\ntwo \udcff\n", 0)


def test_long_output_keeps_beginning_and_end_and_counts_the_rest() -> None:
    data = b"first\n" + b"x" * 3_000_000 + b"\nlast"
    written = captured(data).written()
    assert written.start.startswith("first\n")
    assert written.end.endswith("\nlast")
    assert len(written.text) + written.dropped == len(data)
    assert len(written.text) < 1_000_000
