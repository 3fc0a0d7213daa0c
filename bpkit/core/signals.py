"""The signals that end a run, and the code that is notified of them.

A signal ends bpkit at any point: while a plan is carried out, it is passed to the running command
and the clean-up is done; everywhere else the main thread raises InterruptedRunError. Code that
needs to know registers with ``listening``; runs in other threads are notified too, which Python
itself doesn't do.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from bpkit.errors import BpkitError

#: The ones that this system has: Windows has no SIGHUP.
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)
)
#: Sent to a child that did not end at the first signal.
KILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)

Note = Callable[[int], None]

_told: list[Note] = []
_told_elsewhere: list[Note] = []
_before: dict[int, Any] = {}
_held: list[list[int]] = []


class InterruptedRunError(BpkitError):
    """A signal ended the run; ``cleaned`` if what the run had made has been removed."""

    def __init__(self, number: int, *, cleaned: bool = False) -> None:
        removed = "; what the run had made was removed" if cleaned else ""
        super().__init__(f"ended by {signal.Signals(number).name}{removed}")
        self.number = number
        self.status = 128 + number


@contextmanager
def listening(note: Note) -> Iterator[None]:
    """Have ``note`` called with the number of each signal that comes before the block ends.

    In the main thread only the innermost block is notified; it may raise. A signal that was ignored
    when the outermost block began (``nohup``) stays ignored, as in a shell.
    """
    in_main = threading.current_thread() is threading.main_thread()
    told = _told if in_main else _told_elsewhere
    if in_main and not told:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                _before[number] = signal.signal(number, _tell)
    told.append(note)
    try:
        yield
    finally:
        told.remove(note)
        if in_main and not told:
            for number, handler in _before.items():
                signal.signal(number, handler)
            _before.clear()


def _tell(number: int, _frame: FrameType | None = None) -> None:
    if _held:
        _held[-1].append(number)
        return
    for note in list(_told_elsewhere):
        note(number)
    if _told:
        _told[-1](number)


@contextmanager
def held_back() -> Iterator[None]:
    """Hold back signals until the block ends: it creates something that must not be lost."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    late: list[int] = []
    _held.append(late)
    try:
        yield
    finally:
        _held.remove(late)
    for number in late:
        _tell(number)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let the first signal end the block with InterruptedRunError, so that it cleans up.

    Later signals have no effect, so that the clean-up is finished. The error is raised at the
    end of the block if something in the block has swallowed it.
    """
    caught: list[int] = []

    def end(number: int) -> None:
        caught.append(number)
        if len(caught) == 1:
            raise InterruptedRunError(number)

    with listening(end):
        yield
    if caught:
        raise InterruptedRunError(caught[0])
