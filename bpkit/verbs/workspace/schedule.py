"""Builds the images of a graph in parallel, each after those that it needs.

The main thread alone decides what is built and when; each image is built in its own thread.
A signal reaches the running builds, which clean up; no further build is started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from bpkit.readers.workspace import Graph
from bpkit.verbs.workspace.result import MemberOutcome


class Maker(Protocol):
    """Knows whether an image must be built, and builds it."""

    def reason(self, name: str, rebuilt: frozenset[str]) -> str:
        """Why the image must be built; empty if it is up to date.

        ``rebuilt`` are the images that it needs and that this run has built.
        """

    def current(self, name: str) -> MemberOutcome:
        """The outcome of an image that is up to date."""

    def seconds_before(self, name: str) -> float:
        """How long the last build of the image took; 0 if unknown."""

    def make(self, name: str, why: str) -> MemberOutcome:
        """Build the image, in its own thread; a failure is part of the outcome."""


class Watcher(Protocol):
    """Is notified when an image begins and ends."""

    def began(self, name: str, why: str, waiting: int, before: float) -> None:
        """The image is being built; ``waiting`` others are not yet begun.

        ``before`` is how long its last build took, in seconds; 0 if unknown.
        """

    def ended(self, outcome: MemberOutcome) -> None:
        """The image is finished, with whatever outcome."""


@dataclass
class Schedule:
    """The images still to be built, and the outcomes of the others.

    ``after`` names for some images another one that they wait for without needing it.
    """

    graph: Graph
    chosen: tuple[str, ...]
    maker: Maker
    watcher: Watcher
    jobs: int
    keep_going: bool = False
    after: Mapping[str, str] = field(default_factory=dict)
    outcomes: dict[str, MemberOutcome] = field(default_factory=dict)
    _running: dict[Future[MemberOutcome], str] = field(default_factory=dict)

    def run(self) -> tuple[MemberOutcome, ...]:
        """Build all; the outcomes in the order of ``chosen``.

        A signal ends this only after the running builds have ended.
        """
        with ThreadPoolExecutor(max_workers=self.jobs) as threads:
            while len(self.outcomes) < len(self.chosen):
                self._begin(threads.submit)
                if not self._running:
                    # The rest can't be built: something that they need has failed.
                    continue
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._end(self._running.pop(future), future.result())
        return tuple(self.outcomes[name] for name in self.chosen)

    def _begin(self, submit: Callable[..., Future[MemberOutcome]]) -> None:
        """Settle images that needn't be built, and start as many of the others as may run."""
        settled = True
        while settled:
            settled = False
            for name in self._waiting():
                if outcome := self._without_building(name):
                    self._end(name, outcome)
                    settled = True
                elif self._is_ready(name) and len(self._running) < self.jobs:
                    why = self.maker.reason(name, self._rebuilt(name))
                    if not why:
                        self._end(name, self.maker.current(name))
                        settled = True
                        continue
                    self._running[submit(self.maker.make, name, why)] = name
                    before = self.maker.seconds_before(name)
                    self.watcher.began(name, why, len(list(self._waiting())), before)

    def _end(self, name: str, outcome: MemberOutcome) -> None:
        self.outcomes[name] = outcome
        self.watcher.ended(outcome)

    def _waiting(self) -> Iterable[str]:
        begun = self._running.values()
        return [n for n in self.chosen if n not in self.outcomes and n not in begun]

    def _needs(self, name: str) -> Iterable[str]:
        return (n.of for n in self.graph.needs if n.by == name and n.of in self.chosen)

    def _is_ready(self, name: str) -> bool:
        wait_for = self.after.get(name, name)
        is_free = wait_for in (name, *self.outcomes)
        return is_free and all(other in self.outcomes for other in self._needs(name))

    def _rebuilt(self, name: str) -> frozenset[str]:
        return frozenset(n for n in self._needs(name) if self.outcomes[n].state == "built")

    def _without_building(self, name: str) -> MemberOutcome | None:
        """The outcome of an image that can no longer be built."""
        failed = [o.name for o in self.outcomes.values() if o.state == "failed"]
        needed = [other for other in self.graph.needed_by([name]) if other in failed]
        if needed:
            return MemberOutcome(name, "not built", f"it needs {needed[0]}, which failed")
        if failed and not self.keep_going:
            return MemberOutcome(name, "not built", f"stopped after {failed[0]} failed")
        return None
