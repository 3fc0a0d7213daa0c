"""Safe where the classic script is not: failures, signals, kills and crowds on real engines."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from itertools import cycle

import pytest

from tests.engine.pair_project import NOTHING, PairProject
from tests.engine.session import ONE_ENGINE, UNDER_TEST

WAYS = ("python", "script")
# The stand-in of runner_test shows that both ways do the same in each case; here each has one
# real engine to do it on, and not the same one.
EACH_WAY = pytest.mark.parametrize(
    ("engine", "way"),
    [
        pytest.param(*engine.values, way, marks=engine.marks)
        for engine, way in zip(cycle(UNDER_TEST), WAYS, strict=False)
    ],
    indirect=["engine"],
)
BPKIT = [sys.executable, "-m", "bpkit"]
# What the plan calls of docker, in order; rm runs beside the second build.
BUILD_1, CREATE, CP, BUILD_2, TAG_1, TAG_2 = range(1, 7)


@EACH_WAY
@pytest.mark.parametrize("call", range(BUILD_1, TAG_2 + 1))
def test_a_failing_step_is_4_and_leaves_nothing(pair: PairProject, way: str, call: int) -> None:
    done = pair.by(way, **pair.wrapped(call, "fail"))
    assert done.returncode == 4, done.stderr
    assert pair.left() == NOTHING
    assert not pair.has(pair.name)


@EACH_WAY
@pytest.mark.parametrize(
    ("call", "name"),
    [
        (BUILD_1, "INT"),
        (CREATE, "TERM"),
        (CP, "HUP"),
        (BUILD_2, "TERM"),
        (TAG_1, "INT"),
        (TAG_2, "HUP"),
    ],
)
def test_a_signal_at_any_step_leaves_nothing(
    pair: PairProject, way: str, call: int, name: str
) -> None:
    if way == "script":
        # A shell started in the background ignores INT; pytest's own children don't.
        pair.script("--help")
    done = pair.by(way, **pair.wrapped(call, name))
    assert done.returncode == 128 + signal.Signals[f"SIG{name}"], done.stderr
    assert pair.left() == NOTHING
    if call < TAG_2:
        # A daemon that went on by itself would have named the image by now.
        time.sleep(1)
        assert not pair.has(pair.name)
    assert pair.by(way).returncode == 0
    assert pair.says() == "hello"


@EACH_WAY
def test_what_a_killed_run_left_is_removed_by_the_next(pair: PairProject, way: str) -> None:
    if way == "script":
        pair.script("--help")
    killed = pair.by(way, **pair.wrapped(CP, "KILL"))
    assert killed.returncode == -signal.SIGKILL
    _wait_for_container(pair)
    assert pair.staged() != []
    assert pair.by(way).returncode == 0
    assert pair.left() == NOTHING


@ONE_ENGINE
def test_clean_removes_what_a_killed_run_left(pair: PairProject) -> None:
    pair.build(**pair.wrapped(CP, "KILL"))
    _wait_for_container(pair)
    done = pair.bpkit("clean", "--name", pair.name, "--yes")
    assert done.returncode == 0, done.stderr
    assert pair.left() == NOTHING


def _wait_for_container(pair: PairProject) -> None:
    """Wait until the docker client that outlived its caller has ended."""
    for _ in range(100):
        if pair.containers() and not pair.children():
            return
        time.sleep(0.1)
    raise AssertionError("the killed run has left no container")


@EACH_WAY
def test_a_file_named_like_the_artifact_survives_and_is_not_shipped(
    pair: PairProject, way: str
) -> None:
    precious = pair.directory / "greet"
    precious.write_bytes(b"mine\0\xff")
    precious.chmod(0o600)
    assert pair.by(way).returncode == 0
    assert precious.read_bytes() == b"mine\0\xff"
    assert precious.stat().st_mode & 0o777 == 0o600
    assert pair.says() == "hello"


@EACH_WAY
def test_source_that_does_not_compile_never_ships_the_old_program(
    pair: PairProject, way: str
) -> None:
    assert pair.by(way).returncode == 0
    (pair.directory / "greeting").write_text("#!/bin/sh\nif then\n")
    done = pair.by(way)
    assert done.returncode == 4
    assert pair.left() == NOTHING


@pytest.mark.slow
@EACH_WAY
def test_sixteen_runs_at_once_in_one_directory_all_succeed(pair: PairProject, way: str) -> None:
    assert pair.by(way).returncode == 0
    argv = (
        [*BPKIT, "build", "--no-check", "--name", pair.name, "-t", pair.name]
        if way == "python"
        else ["./setup_builder_pattern.sh"]
    )
    pair.greet("sixteen")
    runs = [
        subprocess.Popen(
            argv,
            cwd=pair.directory,
            env=pair.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(16)
    ]
    assert [one.wait(timeout=240) for one in runs] == [0] * 16
    assert pair.left() == NOTHING
    assert pair.says() == "sixteen"
