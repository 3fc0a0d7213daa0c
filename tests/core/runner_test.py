"""The runner and the generated script carry out the same plan in the same way.

Both run against a stand-in engine. Every call is made to fail, every signal arrives during every
call, and what can be seen from outside must be equal: the calls, the exit status, what is left.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit.core.arguments import Param, Rest, Var, join, words
from bpkit.core.steps import (
    RUN_ID,
    STAGING,
    Capture,
    EndIf,
    Plan,
    PlanError,
    Run,
    TempDir,
    Undo,
    WriteFile,
    staged,
)
from bpkit.writers.script import write_script
from tests.places import ROOT
from tests.shells import SHELLS
from tests.standin import Standin, make_standin

ENGINE = Param("DOCKER", "docker")
CONTAINER = join("hellogo-build-container-", RUN_ID)
NASTY = "a b'c\"d$HOME`id`*\n-e"

PLAN = Plan(
    "hellogo",
    (ENGINE,),
    (
        TempDir("hellogo", "create a staging directory"),
        Run(words("mkdir", "-p", "--", staged("context")), "make the context", engine=False),
        Run(
            words(ENGINE, "build", "--iidfile", staged("id"), Rest(), "-t", NASTY, "."),
            "build it",
            binds=Capture("id", staged("id")),
        ),
        Run(
            words(ENGINE, "create", "--name", CONTAINER, Var("id"), "none"),
            "create a container",
            undo=Undo(words(ENGINE, "rm", "-f", CONTAINER), "remove the container"),
        ),
        Run(words(ENGINE, "cp", join(CONTAINER, ":/x"), staged("context/x")), "copy it out"),
        WriteFile(staged("context/" + "note"), NASTY, "write a note"),
        Run(words(ENGINE, "build", "-t", "hellogo", staged("context")), "build the other"),
    ),
)
CALLS = 5  # build, create, cp, build and rm when all goes well

_DRIVER = """
import os, pickle, sys
from pathlib import Path
from bpkit.errors import BpkitError
from bpkit.report.console import Console
from bpkit.core.runner import Orders, carry_out
plan = pickle.loads(Path(sys.argv[1]).read_bytes())
try:
    orders = Orders(Path.cwd(), settings=os.environ, rest=tuple(sys.argv[2:]))
    carry_out(plan, Console(), orders)
except BpkitError as error:
    print(error, file=sys.stderr)
    sys.exit(error.status)
"""


@dataclass(frozen=True)
class Outcome:
    status: int
    calls: list[list[str]]
    left: list[str]


@dataclass(frozen=True)
class Ground:
    """A project, a place for staging and a stand-in engine, all empty."""

    project: Path
    staging: Path
    standin: Standin

    def left(self) -> list[str]:
        return sorted(p.name for p in [*self.staging.iterdir(), *self.project.iterdir()])


def python_command(plan: Plan, ground: Ground) -> list[str]:
    pickled = ground.standin.directory / "plan"
    pickled.write_bytes(pickle.dumps(plan))
    return [sys.executable, "-c", _DRIVER, str(pickled)]


def script_command(shell: list[str]) -> Callable[[Plan, Ground], list[str]]:
    def command(plan: Plan, ground: Ground) -> list[str]:
        script = ground.project / "setup.sh"
        script.write_text(write_script(plan, title="Builds hellogo."))
        return [*shell, str(script), "--"]

    return command


WAYS = {
    "python": python_command,
    **{name: script_command(shell) for name, shell in SHELLS.items()},
}


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return make_ground(tmp_path)


def make_ground(path: Path) -> Ground:
    (path / "project").mkdir(parents=True)
    (path / "staging").mkdir()
    return Ground(path / "project", path / "staging", make_standin(path / "bin"))


def environment(ground: Ground, **settings: str) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{ground.standin.directory}:{os.environ['PATH']}",
        "TMPDIR": str(ground.staging),
        "STANDIN_LOG": str(ground.standin.log),
        "PYTHONPATH": str(ROOT),
        **settings,
    }


def start(way: str, ground: Ground, **settings: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        WAYS[way](PLAN, ground),
        cwd=ground.project,
        env=environment(ground, **settings),
        # No pipes: a command that outlives a killed run would hold them open.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def outcome(process: subprocess.Popen[bytes], ground: Ground) -> Outcome:
    process.wait(timeout=30)
    left = [name for name in ground.left() if name != "setup.sh"]
    return Outcome(process.returncode, ground.standin.calls(), left)


def everywhere(tmp_path: Path, act: Callable[[str, Ground], Outcome]) -> Outcome:
    """The outcome of each way, which must be one and the same."""
    grounds = [make_ground(tmp_path / way) for way in WAYS]
    # Most of the time goes into waiting: for a call that hangs, for an engine to settle.
    with ThreadPoolExecutor(len(WAYS)) as threads:
        outcomes = dict(zip(WAYS, threads.map(act, WAYS, grounds), strict=True))
    for way, found in outcomes.items():
        steady = [[a.replace(f"/{way}/", "/WAY/") for a in call] for call in found.calls]
        outcomes[way] = Outcome(found.status, steady, found.left)
    for way, found in outcomes.items():
        assert found == outcomes["python"], way
    return outcomes["python"]


def test_all_ways_make_the_same_calls_and_leave_nothing(tmp_path: Path) -> None:
    found = everywhere(tmp_path, lambda way, ground: outcome(start(way, ground), ground))
    assert found.status == 0
    assert [call[0] for call in found.calls] == ["build", "create", "cp", "build", "rm"]
    assert NASTY in found.calls[0]
    assert found.left == []


@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_a_failing_call_ends_the_run_with_4_and_leaves_nothing(tmp_path: Path, call: int) -> None:
    found = everywhere(
        tmp_path, lambda way, ground: outcome(start(way, ground, STANDIN_FAIL=str(call)), ground)
    )
    # The last call is the clean-up, whose failure does not change how the run ended.
    assert found.status == (0 if call == CALLS else 4)
    assert found.left == []


@pytest.mark.parametrize("call", range(1, CALLS))
def test_an_engine_that_is_gone_ends_the_run_with_3(tmp_path: Path, call: int) -> None:
    settings = {"STANDIN_FAIL": str(call), "STANDIN_VERSION": "1"}
    found = everywhere(
        tmp_path, lambda way, ground: outcome(start(way, ground, **settings), ground)
    )
    assert found.status == 3
    assert found.left == []


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_a_signal_during_a_call_ends_the_run_and_leaves_nothing(
    tmp_path: Path, call: int, number: signal.Signals
) -> None:
    def act(way: str, ground: Ground) -> Outcome:
        process = start(way, ground, STANDIN_HANG=str(call))
        wait_for(ground.standin.hangs)
        process.send_signal(number)
        return outcome(process, ground)

    found = everywhere(tmp_path, act)
    # A signal during the clean-up comes too late to change how the run ended.
    assert found.status == (0 if call == CALLS else 128 + number)
    assert found.left == []


REMOVAL = Undo(words(ENGINE, "rm", "-f", CONTAINER), "remove the container")
EARLY = Plan(
    "hellogo",
    (ENGINE,),
    (
        TempDir("hellogo", "create a staging directory"),
        Run(words(ENGINE, "create", "--name", CONTAINER), "create a container", undo=REMOVAL),
        Run(REMOVAL.argv, "remove it already", early=True),
        Run(words(ENGINE, "build", "."), "build"),
        Run(words(ENGINE, "tag", "one"), "name it"),
    ),
)


def calls_early(tmp_path: Path, hang: str = "", **settings: str) -> tuple[int, list[str]]:
    """The status of ``EARLY`` in each way, and its calls: words joined, in order of the alphabet.

    ``hang`` is a word of the call during which SIGTERM comes.
    """

    def act(way: str, ground: Ground) -> Outcome:
        process = subprocess.Popen(
            WAYS[way](EARLY, ground),
            cwd=ground.project,
            env=environment(ground, STANDIN_HANG_WORD=hang, **settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if hang:
            wait_for(ground.standin.hangs)
            process.send_signal(signal.SIGTERM)
        found = outcome(process, ground)
        return Outcome(found.status, sorted(found.calls), found.left)

    found = everywhere(tmp_path, act)
    assert found.left == []
    return found.status, [" ".join(call[:2]) for call in found.calls]


ALL_CALLS = ["build .", "create --name", "rm -f", "tag one"]


def test_a_clean_up_that_was_done_early_is_not_repeated(tmp_path: Path) -> None:
    assert calls_early(tmp_path) == (0, ALL_CALLS)


def test_a_clean_up_that_failed_early_is_repeated_at_the_exit(tmp_path: Path) -> None:
    found = calls_early(tmp_path, STANDIN_FAIL_WORD="rm")
    assert found == (0, sorted([*ALL_CALLS, "rm -f"]))


def test_a_signal_leaves_a_clean_up_that_was_begun_early_alone(tmp_path: Path) -> None:
    status, calls = calls_early(tmp_path, hang="build")
    assert status == 128 + signal.SIGTERM
    assert calls == ["build .", "create --name", "rm -f"]


def test_further_signals_end_a_clean_up_that_was_begun_early(tmp_path: Path) -> None:
    def act(way: str, ground: Ground) -> Outcome:
        process = subprocess.Popen(
            WAYS[way](EARLY, ground),
            cwd=ground.project,
            env=environment(ground, STANDIN_HANG_WORD="rm"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # The clean-up, and its repetition.
        for _ in range(2):
            wait_for(ground.standin.hangs)
            call = Path("/proc", ground.standin.hangs.read_text().strip())
            ground.standin.hangs.unlink()
            while call.exists():
                # Until the exit waits for the clean-up, no signal reaches it.
                process.send_signal(signal.SIGTERM)
                time.sleep(0.5)
        process.wait()
        # The first signal may have come after the last step, too late to change the status.
        assert process.returncode in {0, 128 + signal.SIGTERM}
        return Outcome(0, [], [name for name in ground.left() if name != "setup.sh"])

    assert everywhere(tmp_path, act).left == []


def test_a_step_that_no_other_owes_is_not_a_clean_up() -> None:
    early = Run(words(ENGINE, "rm"), "remove", early=True)
    with pytest.raises(PlanError, match="step 2 is not the clean-up"):
        Plan("x", (ENGINE,), (TempDir("x", "t"), early))


_IN_A_THREAD = """
import os, pickle, sys, threading
from pathlib import Path
from bpkit.errors import BpkitError
from bpkit.report.console import Console
from bpkit.core.runner import Orders, carry_out
from bpkit.core.signals import listening
plan = pickle.loads(Path(sys.argv[1]).read_bytes())
errors = []

def work():
    try:
        carry_out(plan, Console(), Orders(Path.cwd(), settings=os.environ))
    except BpkitError as error:
        errors.append(error)

with listening(lambda number: None):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
sys.exit(errors[0].status if errors else 0)
"""


@pytest.mark.parametrize("hang", [0, 1, 3])
def test_a_plan_is_carried_out_in_a_thread_and_a_signal_reaches_it(
    ground: Ground, hang: int
) -> None:
    """As the builds of a workspace are, several at once."""
    pickled = ground.standin.directory / "plan"
    pickled.write_bytes(pickle.dumps(PLAN))
    process = subprocess.Popen(
        [sys.executable, "-c", _IN_A_THREAD, str(pickled)],
        cwd=ground.project,
        env=environment(ground, STANDIN_HANG=str(hang)),
        stderr=subprocess.DEVNULL,
    )
    if hang:
        wait_for(ground.standin.hangs)
        process.send_signal(signal.SIGTERM)
    found = outcome(process, ground)
    assert found.status == (143 if hang else 0)
    assert found.left == []


def wait_for(path: Path) -> None:
    for _ in range(1000):
        if path.exists():
            return
        time.sleep(0.01)
    raise AssertionError(f"{path.name} has not appeared in ten seconds")


def test_what_a_killed_run_left_is_cleared_up_by_the_next(tmp_path: Path) -> None:
    def act(way: str, ground: Ground) -> Outcome:
        process = start(way, ground, STANDIN_HANG="3")
        wait_for(ground.standin.hangs)
        process.kill()
        process.wait()
        os.kill(int(ground.standin.hangs.read_text()), signal.SIGKILL)
        assert any(name.startswith("bpkit.") for name in ground.left())
        return outcome(start(way, ground), ground)

    found = everywhere(tmp_path, act)
    assert found.status == 0
    assert [call[0] for call in found.calls] == [
        *["build", "create", "cp"],
        # Of those that bear the labels of the killed run there are none.
        *["ps", "build", "create", "cp", "build", "rm"],
    ]
    assert found.calls[3][-1] == "label=io.bpkit.run=RUN"
    assert found.left == []


def test_the_containers_of_a_killed_run_are_removed_by_its_labels(tmp_path: Path) -> None:
    def act(way: str, ground: Ground) -> Outcome:
        process = start(way, ground, STANDIN_HANG="3")
        wait_for(ground.standin.hangs)
        process.kill()
        process.wait()
        os.kill(int(ground.standin.hangs.read_text()), signal.SIGKILL)
        return outcome(start(way, ground, STANDIN_PS="id1 id2"), ground)

    found = everywhere(tmp_path, act)
    assert found.status == 0
    assert ["rm", "-f", "-v", "id1", "id2"] in found.calls


def test_a_directory_of_another_user_is_not_a_killed_run(tmp_path: Path) -> None:
    """Anybody can make one of such a name in a shared /tmp."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to make what another user owns")

    def act(way: str, ground: Ground) -> Outcome:
        decoy = ground.staging / f"bpkit.hellogo.{os.uname().nodename}.{_DEAD}.decoy"
        decoy.mkdir(mode=0o777)
        (decoy / "file").write_text("keep")
        os.chown(decoy, 65534, 65534)
        return outcome(start(way, ground), ground)

    found = everywhere(tmp_path, act)
    assert found.status == 0
    assert [call[0] for call in found.calls] == ["build", "create", "cp", "build", "rm"]
    assert found.left == [f"bpkit.hellogo.{os.uname().nodename}.{_DEAD}.decoy"]


# Larger than the largest number of a process.
_DEAD = 2**22 + 1


def test_a_run_that_is_still_on_is_left_alone(tmp_path: Path) -> None:
    def act(way: str, ground: Ground) -> Outcome:
        first = start(way, ground, STANDIN_HANG="3")
        wait_for(ground.standin.hangs)
        second = start(way, ground)
        second.wait(timeout=30)
        assert second.returncode == 0
        assert any(name.startswith("bpkit.") for name in ground.left())
        first.terminate()
        return outcome(first, ground)

    assert everywhere(tmp_path, act).left == []


def test_no_engine_on_path_is_3_before_anything_is_made(tmp_path: Path) -> None:
    found = everywhere(
        tmp_path, lambda way, ground: outcome(start(way, ground, DOCKER="no-such-engine"), ground)
    )
    assert found.status == 3
    assert found.calls == []


def test_flags_after_two_dashes_are_handed_to_the_build(ground: Ground) -> None:
    for way in ("python", "dash"):
        command = [*WAYS[way](PLAN, ground), "--build-arg", NASTY]
        subprocess.run(command, cwd=ground.project, env=environment(ground), check=True)
    python, _, _, _, _, dash, *_ = ground.standin.calls()
    assert python == dash
    assert python[3:5] == ["--build-arg", NASTY]


def test_a_directory_without_write_permission_is_removed_too(tmp_path: Path) -> None:
    plan = Plan(
        "hellogo",
        (ENGINE,),
        (
            TempDir("hellogo", "create a staging directory"),
            Run(words("mkdir", "-p", "--", staged("a/b")), "make", engine=False),
            Run(words("chmod", "555", "--", staged("a/b"), staged("a")), "close", engine=False),
        ),
    )
    for way, command in WAYS.items():
        ground = make_ground(tmp_path / way)
        ground.staging.chmod(0o777)
        subprocess.run(
            as_nobody(command(plan, ground)),
            cwd=ground.project,
            env=environment(ground),
            check=True,
        )
        assert [n for n in ground.left() if n != "setup.sh"] == [], way


def as_nobody(command: list[str]) -> list[str]:
    """The command without root's right to pass over permissions."""
    if os.geteuid() != 0:
        return command
    keep_out = "-dac_override,-dac_read_search,-fowner"
    return ["setpriv", "--inh-caps", keep_out, "--bounding-set", keep_out, *command]


def test_a_plan_that_uses_what_is_not_bound_is_refused() -> None:
    with pytest.raises(PlanError, match="before it is bound"):
        Plan("x", (ENGINE,), (Run(words("cat", STAGING), "too early"),))


def test_a_clean_up_that_a_later_run_could_not_carry_out_is_refused() -> None:
    build = Run(words(ENGINE, "build"), "b", binds=Capture("id", staged("id")))
    owes = Run(words(ENGINE, "create"), "c", undo=Undo(words(ENGINE, "rmi", Var("id")), "r"))
    with pytest.raises(PlanError, match="clean-up"):
        Plan("x", (ENGINE,), (TempDir("x", "stage"), build, owes))


def test_a_plan_ends_where_a_value_is_the_known_one(tmp_path: Path) -> None:
    """Python and the script end alike, and clean up."""

    def calls(known: str) -> list[str]:
        steps = list(PLAN.steps)
        steps.insert(3, EndIf(Var("id"), known, "see whether all behind it is made"))
        plan = Plan(PLAN.project, PLAN.engine, tuple(steps))
        seen = []
        for way, command in WAYS.items():
            ground = make_ground(tmp_path / known[-1] / way)
            subprocess.run(
                command(plan, ground), cwd=ground.project, env=environment(ground), check=True
            )
            assert [name for name in ground.left() if name != "setup.sh"] == []
            seen.append([call[0] for call in ground.standin.calls()])
        assert all(one == seen[0] for one in seen)
        return seen[0]

    assert calls("sha256:1") == ["build"]
    assert calls("sha256:2") == ["build", "create", "cp", "build", "rm"]
