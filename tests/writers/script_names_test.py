"""The names at the end of a generated script: looked up during the last build, set if wrong."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from bpkit.core import BuildOptions, Facts, Plan, plan
from tests.core.planning_test import ENGINE, PAIR
from tests.core.runner_test import (
    Ground,
    environment,
    make_ground,
    script_command,
    wait_for,
)
from tests.shells import SHELLS

BUILT = ("sha256:1", "sha256:2")


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> list[str]:
    return SHELLS[request.param]


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return make_ground(tmp_path)


def pair() -> Plan:
    return plan(PAIR, BuildOptions(), Facts(), engine=ENGINE)


def calls_of(ground: Ground, shell: list[str], **settings: str) -> list[list[str]]:
    subprocess.run(
        script_command(shell)(pair(), ground),
        cwd=ground.project,
        env=environment(ground, **settings),
        check=True,
        capture_output=True,
    )
    assert list(ground.staging.iterdir()) == []
    return ground.standin.calls()


@pytest.mark.parametrize(
    ("before", "set_anew"),
    [
        (BUILT, []),
        (("sha256:1", "sha256:0"), ["hellogo"]),
        (("sha256:0", "sha256:2"), ["hellogo-build"]),
        (("sha256:2", "sha256:1"), ["hellogo-build", "hellogo"]),
        # The engine says "no such image" of one of them, and the lines don't tell of which.
        (("sha256:1",), ["hellogo-build", "hellogo"]),
        ((), ["hellogo-build", "hellogo"]),
    ],
)
def test_only_names_of_another_image_are_set(
    ground: Ground, shell: list[str], before: tuple[str, ...], set_anew: list[str]
) -> None:
    calls = calls_of(ground, shell, STANDIN_NAMED=" ".join(before))
    assert [call[-1] for call in calls if call[0] == "tag"] == set_anew


def test_a_name_is_looked_up_as_a_name(ground: Ground, shell: list[str]) -> None:
    names = {"IMAGE": "deadbeef", "BUILD_IMAGE": "localhost:5000/pair/build"}
    (asked,) = (call for call in calls_of(ground, shell, **names) if call[0] == "image")
    assert asked[-2:] == ["localhost:5000/pair/build:latest", "deadbeef:latest"]


def test_a_question_without_an_answer_ends_with_a_failing_run(
    ground: Ground, shell: list[str]
) -> None:
    done = subprocess.run(
        script_command(shell)(pair(), ground),
        cwd=ground.project,
        env=environment(
            ground, STANDIN_HANG_WORD="inspect", STANDIN_FAIL_WORD="Dockerfile.runtime"
        ),
        check=False,
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 4
    wait_for_end(Path("/proc", ground.standin.hangs.read_text().strip()))
    assert "tag" not in [call[0] for call in ground.standin.calls()]


def wait_for_end(process: Path) -> None:
    """Return when the process has ended; init may not have collected it yet."""
    for _ in range(1000):
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.01)
    raise AssertionError(f"{process} has not ended in ten seconds")


def test_a_signal_ends_the_wait_for_the_answer_and_names_nothing(
    ground: Ground, shell: list[str]
) -> None:
    process = subprocess.Popen(
        script_command(shell)(pair(), ground),
        cwd=ground.project,
        env=environment(ground, STANDIN_HANG_WORD="inspect"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(ground.standin.hangs)
    # The question hangs while the build goes on: only then does the script wait for the answer.
    process.terminate()
    assert process.wait(timeout=30) == 128 + 15
    assert "tag" not in [call[0] for call in ground.standin.calls()]
    assert list(ground.staging.iterdir()) == []
