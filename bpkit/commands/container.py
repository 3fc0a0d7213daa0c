"""A container that is never run: made of an image to read its files, and removed at every exit."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from bpkit.engine import Engine
from bpkit.labels import PROJECT_LABEL, RUN_LABEL
from bpkit.runner import SETTLE, InterruptedRunError
from bpkit.staging import unstaged_run

_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


@contextmanager
def container_of(engine: Engine, image: str, project: str) -> Iterator[str]:
    """The name of a container of ``image``, as long as the block lasts.

    Raises EngineError or NoEngineError where it can't be made, and InterruptedRunError, after the
    container is removed, where a signal ends the block.
    """
    run = unstaged_run()
    name = f"bpkit-read-{run.rpartition('.')[2]}"
    with _Interrupts() as interrupts:
        try:
            # WORKDIR is made by create, which fails where it can't be; / is always there. Of the
            # command only that there is one is asked.
            engine.output(
                *("create", "--name", name, "--workdir", "/"),
                *("--label", f"{PROJECT_LABEL}={project}", "--label", f"{RUN_LABEL}={run}"),
                *(image, "none"),
            )
            interrupts.raise_from_here()
            yield name
        finally:
            interrupts.hold_back()
            _remove(engine, name, settle=interrupts.caught > 0)


def _remove(engine: Engine, name: str, *, settle: bool) -> None:
    """Remove the container with its anonymous volumes.

    A client that was killed may leave an engine that still makes what it was asked for.
    """
    done = engine.attempt("rm", "--force", "--volumes", name)
    if settle and (done.status != 0 or "no such container" in done.stderr.lower()):
        time.sleep(SETTLE)
        engine.attempt("rm", "--force", "--volumes", name)


class _Interrupts:
    """Signals that raise InterruptedRunError in the middle of the block, and only there."""

    def __init__(self) -> None:
        self.caught = 0
        self._raising = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Interrupts:
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self.caught and kind is not InterruptedRunError:
            raise InterruptedRunError(self.caught)

    def raise_from_here(self) -> None:
        self._raising = True
        if self.caught:
            raise InterruptedRunError(self.caught)

    def hold_back(self) -> None:
        self._raising = False

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.caught = self.caught or number
        if self._raising:
            self._raising = False
            raise InterruptedRunError(number)
