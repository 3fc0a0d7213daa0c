"""Builds the images of a graph in parallel, each after those that it needs.

The main thread alone decides what is built and when; each image is built in a thread of its own,
or several in one, by a single call of the engine. A signal reaches the running builds, which clean
up; no further build is started.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from bpkit.readers.workspace import Graph
from bpkit.verbs.workspace.result import JointOutcome, MemberOutcome


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

    def joins(self, name: str) -> bool:
        """Whether the image may be built with others by one call of the engine."""

    def make_jointly(self, whys: Mapping[str, str]) -> JointOutcome:
        """Build these images by one call, in a thread; those that failed are left to ``make``."""


class Watcher(Protocol):
    """Is notified when an image begins and ends."""

    def chosen(self, names: Iterable[str], seconds: Callable[[str], float], slots: int) -> None:
        """These images may be built, ``slots`` at once.

        ``seconds`` returns how long the last build of one took; 0 if unknown.
        """

    def began(self, name: str, why: str, waiting: int, before: float) -> None:
        """The image is being built; ``waiting`` others are not yet begun.

        ``before`` is how long its last build took, in seconds; 0 if unknown.
        """

    def ended(self, outcome: MemberOutcome) -> None:
        """The image is finished, with whatever outcome."""


@dataclass
class Schedule:
    """The images still to be built, and the outcomes of the others.

    At most ``jobs`` images are built at once each by itself, and at most ``together`` where some
    are built by one call. ``after`` names for some images another one that they wait for without
    needing it.
    """

    graph: Graph
    chosen: tuple[str, ...]
    maker: Maker
    watcher: Watcher
    jobs: int
    keep_going: bool = False
    after: Mapping[str, str] = field(default_factory=dict)
    together: int = 0
    #: The most that were being built at once.
    most: int = 0
    outcomes: dict[str, MemberOutcome] = field(default_factory=dict)
    _running: dict[Future[JointOutcome], tuple[str, ...]] = field(default_factory=dict)
    #: The images that aren't begun, each with the ones that it waits for.
    _waiting: dict[str, set[str]] = field(default_factory=dict)
    _waited_for_by: dict[str, list[str]] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)
    #: The places of the images that may begin, lowest first.
    _ready: list[int] = field(default_factory=list)
    #: Why each image that may begin must be built, where that is known.
    _whys: dict[str, str] = field(default_factory=dict)
    #: Images that one call failed to build with others.
    _alone: set[str] = field(default_factory=set)

    def run(self) -> tuple[MemberOutcome, ...]:
        """Build all; the outcomes in the order of ``chosen``.

        A signal ends this only after the running builds have ended.
        """
        self._enter()
        slots = max(self.jobs, self.together)
        self.watcher.chosen(self.chosen, self.maker.seconds_before, slots)
        with ThreadPoolExecutor(max_workers=max(self.jobs, self.together)) as threads:
            while len(self.outcomes) < len(self.chosen):
                self._begin(threads.submit)
                if not self._running:
                    continue
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._settle(self._running.pop(future), future.result())
        return tuple(self.outcomes[name] for name in self.chosen)

    def _enter(self) -> None:
        self._places = {name: place for place, name in enumerate(self.chosen)}
        self._waiting = {name: set() for name in self.chosen}
        for need in self.graph.needs:
            if need.by in self._waiting and need.of in self._waiting:
                self._let_wait(need.by, need.of)
        for name, other in self.after.items():
            self._let_wait(name, other)
        self._ready = [self._places[name] for name, open_ in self._waiting.items() if not open_]

    def _let_wait(self, name: str, other: str) -> None:
        # An image may need another in two ways; it begins once.
        if other not in self._waiting[name]:
            self._waiting[name].add(other)
            self._waited_for_by.setdefault(other, []).append(name)

    def _begin(self, submit: Callable[..., Future[JointOutcome]]) -> None:
        """Settle images that needn't be built, and start as many of the others as may run."""
        found: list[str] = []
        while self._ready and self._busy + len(found) < max(self.jobs, self.together):
            name = self.chosen[heapq.heappop(self._ready)]
            if name not in self._waiting:
                # It was settled by another's failure.
                continue
            why = self._whys.get(name) or self.maker.reason(name, self._rebuilt(name))
            if not why:
                del self._waiting[name]
                self._end(self.maker.current(name))
                continue
            self._whys[name] = why
            found.append(name)
        self._start(found, submit)

    def _start(self, names: Iterable[str], submit: Callable[..., Future[JointOutcome]]) -> None:
        joint: list[str] = []
        single: list[str] = []
        for name in names:
            is_joint = name not in self._alone and self.maker.joins(name)
            (joint if is_joint else single).append(name)
        if len(joint) == 1:
            single, joint = [*single, *joint], []
        # Two calls at once: while the last images of one are built, the other keeps the engine
        # busy.
        size = max(2, -(-self.together // 2))
        for first in range(0, len(joint), size):
            some = tuple(joint[first : first + size])
            self._start_one(some, submit(self.maker.make_jointly, {n: self._whys[n] for n in some}))
        for name in single:
            if self._busy < self.jobs:
                self._start_one((name,), submit(self._make, name))
            else:
                heapq.heappush(self._ready, self._places[name])

    def _make(self, name: str) -> JointOutcome:
        return JointOutcome((self.maker.make(name, self._whys[name]),))

    def _start_one(self, names: tuple[str, ...], future: Future[JointOutcome]) -> None:
        self._running[future] = names
        self.most = max(self.most, self._busy)
        for name in names:
            del self._waiting[name]
        for name in names:
            if name not in self._alone:
                before = self.maker.seconds_before(name)
                self.watcher.began(name, self._whys[name], len(self._waiting), before)

    @property
    def _busy(self) -> int:
        return sum(map(len, self._running.values()))

    def _settle(self, names: tuple[str, ...], found: JointOutcome) -> None:
        """Take the outcomes of a call; what it left is built again, each image by itself."""
        for outcome in found.outcomes:
            self._end(outcome)
        left = [name for name in names if name not in self.outcomes]
        self._alone.update(left)
        for name in left:
            self._waiting[name] = set()
        first = tuple(name for name in found.first if name in left)
        for name in left:
            if first and name not in first:
                self._let_wait(name, first[0])
            else:
                heapq.heappush(self._ready, self._places[name])

    def _end(self, outcome: MemberOutcome) -> None:
        self.outcomes[outcome.name] = outcome
        self.watcher.ended(outcome)
        for name in self._waited_for_by.pop(outcome.name, ()):
            if (open_ := self._waiting.get(name)) is not None:
                open_.discard(outcome.name)
                if not open_:
                    heapq.heappush(self._ready, self._places[name])
        if outcome.state == "failed":
            self._give_up(outcome.name)

    def _give_up(self, failed: str) -> None:
        """Settle the images that can't be built without this one, or that no longer are."""
        dependents = self.graph.dependents_of([failed])
        for name in dependents:
            self._leave(name, f"it needs {failed}, which failed")
        if not self.keep_going:
            for name in list(self._waiting):
                self._leave(name, f"stopped after {failed} failed")

    def _leave(self, name: str, why: str) -> None:
        if self._waiting.pop(name, None) is not None:
            self._end(MemberOutcome(name, "not built", why))

    def _rebuilt(self, name: str) -> frozenset[str]:
        return frozenset(
            n.of
            for n in self.graph.needs
            if n.by == name and n.of in self.outcomes and self.outcomes[n.of].state == "built"
        )
