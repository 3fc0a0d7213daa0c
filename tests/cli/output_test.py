"""What goes where: results, headings, the engine's own words, colours, and readers that leave."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.ground import BPKIT, Ground
from tests.core.runner_test import wait_for

BOLD = "\033[1m"
LABELLED = {"Labels": {"io.bpkit.image": "hellogo/runtime"}}


def on_a_terminal(ground: Ground, *arguments: str, answer: str = "", **env: str) -> tuple[int, str]:
    """bpkit with a terminal for all three streams: its status and what the person sees."""
    with terminal() as (ours, theirs):
        process = subprocess.Popen(
            [*BPKIT, *arguments],
            cwd=ground.project,
            env={**ground.env, **env},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        if answer:
            os.write(ours, answer.encode())
        seen = b"".join(read_all(ours))
        return process.wait(timeout=60), seen.decode()


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    try:
        yield ours, theirs
    finally:
        os.close(ours)


def read_all(descriptor: int) -> Iterator[bytes]:
    """What comes until the last of the other end is closed, which Linux tells as EIO.

    Fails where nothing has come for a minute: a test must not wait for ever.
    """
    while True:
        ready, _, _ = select.select([descriptor], [], [], 60)
        assert ready, "nothing comes, and the program does not end"
        try:
            block = os.read(descriptor, 65536)
        except OSError:
            return
        if not block:
            return
        yield block


def test_headings_are_bold_on_a_terminal_only(pair: Ground) -> None:
    status, seen = on_a_terminal(pair, "build", "--no-check")
    assert status == 0
    assert f"{BOLD}[1/12] create a staging directory for this run\033[0m" in seen
    said = pair.typed("build", "--no-check")
    assert said.err.startswith("[1/12] create a staging directory")
    assert "\033" not in said.err + said.out


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colours_gets_none(pair: Ground, env: dict[str, str]) -> None:
    status, seen = on_a_terminal(pair, "build", "--no-check", **env)
    assert status == 0
    assert "[1/12] create a staging directory" in seen
    assert "\033" not in seen


def test_json_on_standard_output_is_pure_whatever_the_engine_says(call: Call, pair: Ground) -> None:
    pair.engine("say.build", "Sending build context to Docker daemon\n")
    said = call(pair, "build", "--json", "--no-check")
    assert said.status == 0
    result = json.loads(said.out)
    assert [image["tag"] for image in result["images"]] == ["hellogo-build", "hellogo"]
    assert "Sending build context" in said.err


@pytest.mark.parametrize("verb", ["build", "images", "doctor", "script", "clean"])
def test_every_verb_writes_json(call: Call, pair: Ground, verb: str) -> None:
    switches = {"build": ["--dry-run"], "clean": ["--dry-run"]}.get(verb, [])
    if verb in {"images", "doctor"}:
        said = pair.typed(verb, "--json")
    else:
        said = call(pair, verb, "--json", *switches)
    assert said.status == 0, said.err
    kind = {"build": "plan"}.get(verb, verb)
    assert json.loads(said.out)["schema"] == f"bpkit/{kind}/1"


def test_quiet_says_the_result_only(call: Call, pair: Ground) -> None:
    pair.engine("say.build", "Step 1/4 : FROM golang\n")
    said = call(pair, "build", "--quiet", "--no-check")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[0].startswith("built hellogo in ")
    assert "Step 1/4" not in said.out


def test_quiet_shows_what_the_engine_said_when_it_fails(call: Call, pair: Ground) -> None:
    pair.engine("fail.create", "no space left on device\n")
    pair.engine("say.build", "Step 1/4 : FROM golang\n")
    said = call(pair, "build", "--quiet", "--no-check")
    assert (said.status, said.out) == (4, "")
    assert "no space left on device\n" in said.err
    # … of that command, not of those before it.
    assert "Step 1/4" not in said.err
    assert "[1/12]" not in said.err


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["build", "--dry-run"], ["script", "-o", "-"], ["doctor"]],
    ids=" ".join,
)
def test_a_reader_that_has_gone_causes_no_traceback(
    pair: Ground, arguments: list[str], unbuffered: str
) -> None:
    said = run_to(pair, arguments, closed_pipe(), PYTHONUNBUFFERED=unbuffered)
    assert said == (141, "")


def closed_pipe() -> int:
    """The writing end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def run_to(ground: Ground, arguments: list[str], stdout: int, **env: str) -> tuple[int, str]:
    """bpkit with this for its standard output: its status and what is on standard error."""
    try:
        done = subprocess.run(
            [*BPKIT, *arguments],
            cwd=ground.project,
            env={**ground.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(stdout)
    return done.returncode, done.stderr


def test_a_full_standard_output_is_reported(pair: Ground) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    status, said = run_to(pair, ["build", "--dry-run"], full)
    assert status == 74
    assert said.endswith("No space left on device\n")
    assert said.count("\n") == 1


def test_closed_streams_do_no_harm(pair: Ground) -> None:
    """Without standard output and error the next files that are opened would take their places.

    The image is made; that nobody could be told is the status.
    """
    shell = 'exec "$@" <&- >&- 2>&-'
    said = pair.run(["sh", "-c", shell, "sh", *BPKIT, "build", "--no-check"])
    assert (said.status, said.out, said.err) == (74, "", "")
    pair.assert_pair_made()
    assert pair.run(["sh", "-c", shell, "sh", *BPKIT, "build", "--wat"]).status == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_a_step_is_reported_and_leaves_nothing(
    pair: Ground, number: signal.Signals
) -> None:
    pair.engine("hang.cp")
    process = subprocess.Popen(
        [*BPKIT, "build", "--json"],
        cwd=pair.project,
        env=pair.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(pair.standin.hangs)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert json.loads(out)["error"]["status"] == 128 + number
    assert err.endswith(f"bpkit: ended by {number.name}; what the run had made was removed\n")
    assert pair.staged() == []
    assert pair.orders()[-1] == "rm"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("verb", ["build", "images", "check", "doctor"])
def test_a_signal_while_the_engine_is_asked_ends_bpkit_and_the_question(
    pair: Ground, verb: str, number: signal.Signals
) -> None:
    pair.alter(
        (
            "case $1 in\nversion)",
            'echo $$ >"$here/asked.new"; mv "$here/asked.new" '
            '"$here/asked"; exec sleep 60\ncase $1 in\nversion)',
        )
    )
    process = pair.start(verb)
    asked = pair.standin.directory / "asked"
    wait_for(asked)
    process.send_signal(number)
    assert process.wait(timeout=30) == 128 + number
    for pid in asked.read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_ctrl_c_on_a_terminal_reaches_everyone_and_ends_once(pair: Ground) -> None:
    pair.engine("hang.build")
    with terminal() as (ours, theirs):
        # setsid makes it the terminal of the new session, so that ^C becomes a signal.
        process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *BPKIT, "build"],
            cwd=pair.project,
            env=pair.env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        wait_for(pair.standin.hangs)
        os.write(ours, b"\x03")
        seen = b"".join(read_all(ours)).decode()
        assert process.wait(timeout=60) == 130
    assert "Traceback" not in seen
    assert "bpkit: ended by SIGINT" in seen
    assert pair.staged() == []


def test_ctrl_c_at_the_question_removes_nothing(pair: Ground) -> None:
    pair.engine("images", f"sha256:{'1' * 64}\n")
    pair.has_image("hellogo", Config=LABELLED)
    (pair.standin.directory / f"image.sha256:{'1' * 64}").write_text(
        (pair.standin.directory / "image.hellogo").read_text()
    )
    with terminal() as (ours, theirs):
        process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *BPKIT, "clean"],
            cwd=pair.project,
            env=pair.env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        seen = read_until(ours, "[y/N]")
        os.write(ours, b"\x03")
        seen += b"".join(read_all(ours)).decode()
        assert process.wait(timeout=60) == 130
    assert "image      hellogo:latest" in seen
    assert "bpkit: ended by SIGINT" in seen
    assert "Traceback" not in seen
    assert pair.orders() == []


def read_until(descriptor: int, text: str) -> str:
    """What comes up to ``text``, within half a minute."""
    seen, end = "", time.monotonic() + 30
    while text not in seen and time.monotonic() < end:
        seen += os.read(descriptor, 4096).decode()
    assert text in seen
    return seen


def test_the_makers_of_a_broken_pipe_are_cleaned_up_after(pair: Ground, tmp_path: Path) -> None:
    """The engine writes to our standard output; that its reader leaves is a step that fails."""
    pair.engine("say.create", "0123456789abcdef\n")
    status, said = run_to(pair, ["build"], closed_pipe())
    assert status in {4, 141}
    assert "Traceback" not in said
    assert pair.staged() == []
