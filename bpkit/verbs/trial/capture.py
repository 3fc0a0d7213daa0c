"""Keep a program's output within bounds: its beginning and its end."""

from __future__ import annotations

import threading
from typing import IO

from bpkit.verbs.trial.result import Written

_KEPT = 1 << 18
_PIECE = 1 << 16


class OutputCapture:
    """Reads a stream to its end in its own thread."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._start = bytearray()
        self._end = bytearray()
        self._dropped = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def written(self) -> Written:
        """The output so far."""
        with self._lock:
            return Written(_text(self._start), _text(self._end), self._dropped)

    def finish(self, seconds: float) -> Written:
        """The output until the stream ends, or until ``seconds`` have passed."""
        self._thread.join(seconds)
        return self.written()

    def _read(self) -> None:
        while True:
            try:
                piece = self._stream.read(_PIECE)
            except (OSError, ValueError):
                # The end of the trial closed the stream.
                return
            if not piece:
                return
            with self._lock:
                self._keep(piece)

    def _keep(self, piece: bytes) -> None:
        room = _KEPT - len(self._start)
        self._start += piece[:room]
        self._end += piece[room:] if room > 0 else piece
        if (excess := len(self._end) - _KEPT) > 0:
            del self._end[:excess]
            self._dropped += excess


def _text(data: bytearray) -> str:
    return data.decode("utf-8", "surrogateescape")
