"""Reports during a workspace's build: each image that begins and ends.

On a terminal, the running builds are shown below that, with the time that is left by the times of
earlier builds, where these are known.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bpkit.report import Console, LiveLines, human, live_terminal
from bpkit.verbs.workspace.result import MemberOutcome

#: Running builds beyond this number are only counted.
_MOST_LINES = 8


@dataclass
class News:
    """Reports each image as it begins and ends."""

    console: Console
    quiet: bool
    _live: LiveLines | None = None
    _seconds: Callable[[str], float] = lambda _name: 0.0
    _left: dict[str, float] = field(default_factory=dict)
    _running: dict[str, tuple[float, float]] = field(default_factory=dict)
    _slots: int = 1
    _total: int = 0

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the running builds on the terminal, if there is one, until the block ends."""
        terminal = live_terminal(quiet=self.quiet)
        if terminal is None:
            yield
            return
        with LiveLines(terminal, self._lines) as self._live:
            try:
                yield
            finally:
                self._running.clear()
                self._left.clear()
        self._live = None

    def chosen(self, names: Iterable[str], seconds: Callable[[str], float], slots: int) -> None:
        """Record the images that may be built, their last durations, and how many run at once."""
        self._slots, self._seconds = max(1, slots), seconds
        # Durations are looked up when the first image is built: often nothing has changed.
        self._left = dict.fromkeys(names, -1.0)
        self._total = len(self._left)

    def began(self, name: str, why: str, waiting: int, before: float) -> None:
        """Report which image is built, why, how long it took last time, and how many wait."""
        if self._live:
            self._left = {n: self._seconds(n) if s < 0 else s for n, s in self._left.items()}
            self._left.pop(name, None)
            self._running = {**self._running, name: (time.monotonic(), before)}
            self._live.draw()
            return
        last = f", {before:.1f} s last time" if before else ""
        others = f"; {waiting} waiting" if waiting else ""
        if not self.quiet:
            self.console.note(f"building {name} ({why}{last}){others}")

    def ended(self, outcome: MemberOutcome) -> None:
        """Report its outcome; images that are up to date only at the end."""
        self._left.pop(outcome.name, None)
        self._running = {n: one for n, one in self._running.items() if n != outcome.name}
        if outcome.state == "built" and not self.quiet:
            size = human(outcome.size)
            self._note(f"built {outcome.name} in {outcome.seconds:.1f} s, {size}")
        elif outcome.state == "failed":
            self._note(f"{outcome.name} failed: {str(outcome.error).splitlines()[0]}")

    def _note(self, text: str) -> None:
        if self._live:
            self._live.above(lambda: self.console.note(text))
        else:
            self.console.note(text)

    def _lines(self) -> Sequence[str]:
        running, left, now = self._running, dict(self._left), time.monotonic()
        if not running:
            return ()
        return tuple(lines_of(running, left, self._slots, self._total, now))


def lines_of(
    running: Mapping[str, tuple[float, float]],
    left: Mapping[str, float],
    slots: int,
    total: int,
    now: float,
) -> Iterator[str]:
    """How far a build is: ``running`` are when each image began and how long it took last time,

    ``left`` how long each of those took that aren't begun; 0 if unknown.
    """
    done = total - len(running) - len(left)
    waiting = f", {len(left)} waiting" if left else ""
    rest = _time_left(running, left, slots, now)
    yield f"{done} of {total} done, {len(running)} building{waiting}{rest}"
    width = max(len(name) for name in running)
    for name, (began, before) in list(running.items())[:_MOST_LINES]:
        last = f"  ({before:.0f} s last time)" if before >= 1 else ""
        yield f"  {name:<{width}}  {now - began:.0f} s{last}"
    if len(running) > _MOST_LINES:
        yield f"  and {len(running) - _MOST_LINES} more"


def _time_left(
    running: Mapping[str, tuple[float, float]], left: Mapping[str, float], slots: int, now: float
) -> str:
    """``, about 40 s left`` if it is known how long each image took; else nothing."""
    befores = [before for _, before in running.values()]
    if not all([*befores, *left.values()]):
        return ""
    rests = [max(0.0, before - (now - began)) for began, before in running.values()]
    # At least the longest one, and at least the total divided by the number of jobs.
    together = min(slots, len(rests) + len(left))
    seconds = max((sum(rests) + sum(left.values())) / together, *rests, *left.values())
    return f", about {seconds:.0f} s left" if seconds >= 1 else ""
