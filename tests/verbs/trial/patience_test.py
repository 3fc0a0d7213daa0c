"""How long a container is waited for: idle by the clock, longer while it works."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bpkit.verbs.trial.patience import Patience


class Engine:
    """Answers ``stats`` with one text after the other, the last one for ever."""

    def __init__(self, *said: str) -> None:
        self.said = said
        self.asked: list[tuple[str, ...]] = []

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        said = self.said[min(len(self.asked), len(self.said) - 1)]
        self.asked.append(words)
        command = [sys.executable, "-c", f"print({said!r})"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def patience(engine: Engine, age: float, *running: bool) -> Patience:
    states: Iterator[bool] = iter(running)
    began = time.monotonic() - age
    return Patience(engine.start, "till", 20.0, lambda: next(states, True), began)


def test_the_engine_is_not_asked_within_the_time_limit() -> None:
    engine = Engine("0.00%")
    assert not patience(engine, age=1.0).is_over()
    assert engine.asked == []


def test_waiting_for_an_idle_container_ends_with_the_time_limit() -> None:
    engine = Engine("0.00%", "1.20%", "0.30%")
    assert patience(engine, age=21.0).is_over()
    assert engine.asked[0] == ("stats", "--no-stream", "--format", "{{.CPUPerc}}", "till")


def test_waiting_continues_if_a_container_works_with_short_pauses() -> None:
    assert not patience(Engine("87.10%"), age=21.0).is_over()
    assert not patience(Engine("0.00%", "12.5%"), age=21.0).is_over()


def test_waiting_for_a_working_container_has_a_limit() -> None:
    assert patience(Engine("100.0%"), age=101.0).is_over()


def test_waiting_ends_when_the_container_has_ended() -> None:
    assert patience(Engine("50%"), 21.0, False).is_over()


@pytest.mark.parametrize("said", ["--", "", "Error: no such container"])
def test_an_engine_without_an_answer_leaves_the_time_limit(said: str) -> None:
    assert patience(Engine(said), age=21.0).is_over()
