"""What is built at the same time, what waits, and what a failure keeps from being built."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.errors import EngineError
from bpkit.readers.workspace import Graph, Need
from bpkit.verbs.workspace.result import JointOutcome, MemberOutcome
from bpkit.verbs.workspace.schedule import Schedule

#: web needs api, which needs base; job needs base; alone needs nothing.
NAMES = ("web", "api", "base", "job", "alone")
SHOP = Graph(NAMES, (Need("web", "api"), Need("api", "base"), Need("job", "base")))


@dataclass
class Made:
    """Stands for the engine: which images fail, which are up to date, what was built when."""

    fail: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    joint: frozenset[str] = frozenset()
    events: list[tuple[str, str]] = field(default_factory=list)
    most: int = 0
    _running: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reason(self, name: str, rebuilt: frozenset[str]) -> str:
        if rebuilt:
            return f"{min(rebuilt)} was rebuilt"
        return "" if name in self.fresh else "there is none"

    def current(self, name: str) -> MemberOutcome:
        return MemberOutcome(name, "current")

    def make(self, name: str, why: str) -> MemberOutcome:
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
            self.events.append(("begin", name))
        threading.Event().wait(0.002)
        with self._lock:
            self._running -= 1
            self.events.append(("end", name))
        if name in self.fail:
            return MemberOutcome(name, "failed", why, error=EngineError("no"))
        return MemberOutcome(name, "built", why)

    def joins(self, name: str) -> bool:
        return name in self.joint

    def make_jointly(self, whys: Mapping[str, str]) -> JointOutcome:
        """As buildx does it: all end when one fails, and those before it have been built."""
        self.events.append(("call", " ".join(whys)))
        bad = next((name for name in whys if name in self.fail), None)
        if bad is not None:
            return JointOutcome((), (bad, *list(whys)[: list(whys).index(bad)]))
        return JointOutcome(tuple(self.make(name, why) for name, why in whys.items()))

    def seconds_before(self, name: str) -> float:
        return float(len(name))

    def chosen(self, names: Iterable[str], seconds: Callable[[str], float], slots: int) -> None:
        assert slots >= 1
        assert {name: seconds(name) for name in names} == {name: len(name) for name in names}

    def began(self, name: str, why: str, waiting: int, before: float) -> None:
        assert (waiting >= 0, before) == (True, len(name)), why

    def ended(self, outcome: MemberOutcome) -> None:
        self.events.append((outcome.state, outcome.name))


def done(
    made: Made, *, jobs: int = 2, keep_going: bool = False, together: int = 0
) -> dict[str, MemberOutcome]:
    schedule = Schedule(SHOP, NAMES, made, made, jobs, keep_going, together=together)
    return {outcome.name: outcome for outcome in schedule.run()}


def states(outcomes: dict[str, MemberOutcome]) -> dict[str, str]:
    return {name: outcome.state for name, outcome in outcomes.items()}


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_each_is_built_once_after_what_it_needs_and_no_more_at_once_than_asked(jobs: int) -> None:
    made = Made()
    assert set(states(done(made, jobs=jobs)).values()) == {"built"}
    assert made.most <= jobs
    order = [event for event in made.events if event[0] in {"begin", "end"}]
    assert len(order) == 2 * len(NAMES)
    for need in SHOP.needs:
        assert order.index(("end", need.of)) < order.index(("begin", need.by))


def test_up_to_date_images_are_not_built() -> None:
    made = Made(fresh=frozenset(NAMES))
    assert set(states(done(made)).values()) == {"current"}
    assert not [event for event in made.events if event[0] == "begin"]


def test_images_built_from_a_rebuilt_one_are_rebuilt_with_the_reason() -> None:
    outcomes = done(Made(fresh=frozenset(NAMES) - {"api"}))
    assert states(outcomes) == {
        "web": "built",
        "api": "built",
        "base": "current",
        "job": "current",
        "alone": "current",
    }
    assert outcomes["web"].why == "api was rebuilt"


def test_a_failure_ends_the_run_and_lists_unbuilt_images() -> None:
    outcomes = done(Made(fail=frozenset({"base"})), jobs=1)
    assert states(outcomes)["base"] == "failed"
    assert outcomes["web"].why == "it needs base, which failed"
    assert outcomes["job"].why == "it needs base, which failed"
    assert outcomes["alone"].state == "not built"
    assert outcomes["alone"].why == "stopped after base failed"


def test_with_keep_going_all_else_is_built() -> None:
    outcomes = done(Made(fail=frozenset({"api"})), keep_going=True)
    assert states(outcomes) == {
        "web": "not built",
        "api": "failed",
        "base": "built",
        "job": "built",
        "alone": "built",
    }


def test_a_fault_in_a_thread_is_not_swallowed() -> None:
    class Faulty(Made):
        def make(self, name: str, why: str) -> MemberOutcome:
            raise ValueError(name, why)

    with pytest.raises(ValueError, match=r"base|alone"):
        done(Faulty())


@given(
    st.sets(st.sampled_from(NAMES)),
    st.sets(st.sampled_from(NAMES)),
    st.sets(st.sampled_from(NAMES)),
    st.integers(1, 4),
    st.integers(0, 8),
    st.booleans(),
)
def test_every_image_has_one_outcome_and_a_failure_is_never_success(
    fail: set[str], fresh: set[str], joint: set[str], jobs: int, together: int, keep_going: bool
) -> None:
    made = Made(frozenset(fail), frozenset(fresh), frozenset(joint))
    outcomes = done(made, jobs=jobs, keep_going=keep_going, together=together)
    assert list(outcomes) == list(NAMES)
    for need in SHOP.needs:
        if outcomes[need.of].state in {"failed", "not built"}:
            assert outcomes[need.by].state == "not built"
    for name, outcome in outcomes.items():
        if outcome.state in {"built", "current"}:
            assert not (outcome.state == "built" and name in fail)


def test_an_image_that_only_waits_for_another_is_built_even_if_that_fails() -> None:
    made = Made(fail=frozenset({"alone"}))
    schedule = Schedule(SHOP, NAMES, made, made, 4, keep_going=True, after={"base": "alone"})
    assert states({o.name: o for o in schedule.run()})["base"] == "built"
    assert made.events.index(("end", "alone")) < made.events.index(("begin", "base"))


@pytest.mark.parametrize(("jobs", "together"), [(4, 0), (1, 4)])
def test_an_image_that_waits_for_another_for_two_reasons_begins_once(
    jobs: int, together: int
) -> None:
    made = Made(joint=frozenset(NAMES))
    graph = Graph(NAMES, (*SHOP.needs, Need("job", "base")))
    after = {"api": "base"}
    schedule = Schedule(graph, NAMES, made, made, jobs, after=after, together=together)
    assert set(states({o.name: o for o in schedule.run()}).values()) == {"built"}
    assert sorted(name for what, name in made.events if what == "begin") == sorted(NAMES)


#: Five images that need nothing, as a repository of services has them.
SERVICES = tuple("abcde")


def of_services(
    made: Made, *, together: int, keep_going: bool = False
) -> tuple[Schedule, dict[str, str]]:
    schedule = Schedule(Graph(SERVICES, ()), SERVICES, made, made, 2, keep_going, together=together)
    return schedule, states({outcome.name: outcome for outcome in schedule.run()})


def test_images_that_may_begin_are_built_by_few_calls() -> None:
    made = Made(joint=frozenset(SERVICES) - {"c"})
    schedule, found = of_services(made, together=8)
    assert set(found.values()) == {"built"}
    assert [event for event in made.events if event[0] == "call"] == [("call", "a b d e")]
    assert schedule.most == 4


def test_no_more_images_are_begun_than_may_be_built_together() -> None:
    made = Made(joint=frozenset(SERVICES))
    schedule, found = of_services(made, together=2)
    assert set(found.values()) == {"built"}
    assert schedule.most == 2


def test_a_failed_call_of_several_images_stops_the_rest_unless_told_to_keep_going() -> None:
    made = Made(frozenset("b"), joint=frozenset(SERVICES))
    _, found = of_services(made, together=10)
    # a had its name before b failed; the others were never named.
    assert found == {
        "a": "built", "b": "failed", "c": "not built", "d": "not built", "e": "not built",
    }  # fmt: skip
    made = Made(frozenset("b"), joint=frozenset(SERVICES))
    _, found = of_services(made, together=10, keep_going=True)
    assert found == {**dict.fromkeys(SERVICES, "built"), "b": "failed"}


def test_an_image_is_announced_once() -> None:
    told: list[str] = []

    class Listening(Made):
        def began(self, name: str, why: str, waiting: int, before: float) -> None:
            told.append(name)

    of_services(Listening(frozenset("b"), joint=frozenset(SERVICES)), together=10)
    assert told == list(SERVICES)
