"""A container that is created only to read an image's files, and removed at every exit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bpkit.core.engine import Engine, Question, failure
from bpkit.core.labels import PROJECT_LABEL, RUN_LABEL
from bpkit.core.runner import SETTLE
from bpkit.core.signals import InterruptedRunError, listening
from bpkit.core.staging import unstaged_run


@dataclass
class Container:
    """A container of an image, by its engine and its name."""

    engine: Engine
    name: str
    _removal: Question | None = field(default=None, init=False)

    def release(self) -> None:
        """Have the engine remove it while the block continues; nothing more is read from it."""
        self._removal = self.engine.ask(*self._words)

    def remove(self, *, settle: bool) -> None:
        """Remove it with its anonymous volumes; with ``settle``, again a little later.

        If the client was killed, the engine may still be creating the container.
        """
        if self._removal and self._removal.answer().status == 0:
            return
        done = self.engine.attempt(*self._words)
        if settle and (done.status != 0 or "no such container" in done.stderr.lower()):
            time.sleep(SETTLE)
            self.engine.attempt(*self._words)

    @property
    def _words(self) -> tuple[str, ...]:
        return ("rm", "--force", "--volumes", self.name)


@contextmanager
def container_of(
    engine: Engine, image: str, project: str, meanwhile: Callable[[], None] | None = None
) -> Iterator[Container]:
    """A container of ``image``, as long as the block lasts.

    ``meanwhile`` is called while the engine creates it. Raises EngineError or NoEngineError if it
    can't be created, and InterruptedRunError, after the container is removed, if a signal ends the
    block.
    """
    run = unstaged_run()
    container = Container(engine, f"bpkit-read-{run.rpartition('.')[2]}")
    interrupts = _Interrupts()
    with listening(interrupts.note):
        try:
            # docker create makes WORKDIR, and fails if it can't; / always
            # exists. It needs a command, but doesn't check it.
            creation = engine.ask(
                *("create", "--name", container.name, "--workdir", "/"),
                *("--label", f"{PROJECT_LABEL}={project}", "--label", f"{RUN_LABEL}={run}"),
                *(image, "none"),
            )
            if meanwhile:
                meanwhile()
            if (done := creation.answer()).status != 0:
                raise failure(done)
            interrupts.raise_from_here()
            yield container
        finally:
            interrupts.hold_back()
            container.remove(settle=interrupts.caught > 0)
            if interrupts.caught:
                # A failure that the signal caused isn't what ended the block.
                raise InterruptedRunError(interrupts.caught, cleaned=True) from None


class _Interrupts:
    """Signals that raise InterruptedRunError in the middle of the block, and only there."""

    def __init__(self) -> None:
        self.caught = 0
        self._raising = False

    def raise_from_here(self) -> None:
        # The handler runs in the main thread and can't end a block in another thread.
        self._raising = threading.current_thread() is threading.main_thread()
        if self.caught:
            raise InterruptedRunError(self.caught, cleaned=True)

    def hold_back(self) -> None:
        self._raising = False

    def note(self, number: int) -> None:
        self.caught = self.caught or number
        if self._raising:
            self._raising = False
            raise InterruptedRunError(number, cleaned=True)
