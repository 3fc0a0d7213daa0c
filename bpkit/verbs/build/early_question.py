"""A question to the engine that is asked before anything else is imported.

``subprocess`` takes about as long to import as the engine takes to answer, and plumbum three times
as long, so ``posix_spawn`` starts this one command. ``bpkit.core.process`` starts all others.

"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

#: Whether this system can start a program this way; Windows can't.
CAN_ASK_EARLY = hasattr(os, "posix_spawnp") and hasattr(signal, "SIGHUP")

_LARGEST_READ = 1 << 16


class EarlyQuestion:
    """A read-only command of the engine; leaving the block ends it.

    A signal ends the command too, and then the run: the block raises InterruptedRunError.
    """

    def __init__(self, argv: tuple[str, ...]) -> None:
        self._argv = argv
        self._process = 0
        self._output = -1
        self._caught: list[int] = []
        self._before: dict[int, Any] = {}

    def __enter__(self) -> EarlyQuestion:
        """Start the command. Raises OSError if it can't be started."""
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        try:
            self._start()
        except BaseException:
            self._restore()
            raise
        return self

    def _start(self) -> None:
        self._output, into = os.pipe()
        nothing = os.open(os.devnull, os.O_RDWR)
        try:
            self._process = os.posix_spawnp(
                self._argv[0],
                self._argv,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, nothing, 0),
                    (os.POSIX_SPAWN_DUP2, into, 1),
                    (os.POSIX_SPAWN_DUP2, nothing, 2),
                ],
                # Python ignores these, and a child would inherit that.
                setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],
            )
        except BaseException:
            os.close(self._output)
            raise
        finally:
            os.close(into)
            os.close(nothing)

    def answer(self) -> bytes:
        """The command's standard output; empty if it failed."""
        blocks = []
        while block := os.read(self._output, _LARGEST_READ):
            blocks.append(block)
        return b"".join(blocks) if self._wait() == 0 else b""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process:
            os.kill(self._process, signal.SIGTERM)
            self._wait()
        os.close(self._output)
        self._restore()
        if self._caught:
            from bpkit.core import InterruptedRunError

            raise InterruptedRunError(self._caught[0])

    def _wait(self) -> int:
        status = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        self._process = 0
        return status

    def _note(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal: the first ends the command, a later one kills it."""
        if self._process:
            os.kill(self._process, signal.SIGKILL if self._caught else signal.SIGTERM)
        self._caught.append(number)

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
