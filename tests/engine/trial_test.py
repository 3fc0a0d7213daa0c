"""Images that are started and watched on a real engine, and what is left of it: nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bpkit.core import Engine
from bpkit.verbs.trial import CommandStep, HttpStep, Probe, TcpStep, TrialBench, trial_bench
from tests.engine.session import EngineSession

ECHO = (
    "import socket\n"
    "server = socket.create_server(('0.0.0.0', 7007))\n"
    "while True:\n"
    "    peer, _ = server.accept()\n"
    "    peer.sendall(b'who is there?')\n"
    "    peer.sendall(b'hello ' + peer.recv(100))\n"
    "    peer.close()\n"
)


@pytest.fixture
def bench(engine: EngineSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrialBench]:
    for name, value in engine.env.items():
        monkeypatch.setenv(name, value)
    with trial_bench(Engine((os.environ.get("DOCKER", "docker"),)), "trial-test") as made:
        yield made
    label = "label=io.bpkit.project=trial-test"
    assert engine.docker("ps", "-aq", "--filter", label) == ""
    images = engine.docker("images", "-q", "--filter", "label=io.bpkit.image=trial-test/sidecar")
    assert images == ""


def test_a_program_that_ends_has_its_status_and_output(bench: TrialBench) -> None:
    script = "echo out; echo err >&2; exit 3"
    trial = bench.observe("busybox:latest", Probe(arguments=("sh", "-c", script)))
    assert (trial.state, trial.status) == ("ended", 3)
    assert (trial.stdout.text, trial.stderr.text) == ("out\n", "err\n")


def test_a_missing_program_is_refused_by_the_engine(bench: TrialBench) -> None:
    trial = bench.observe("busybox:latest", Probe(arguments=("/nowhere",)))
    assert (trial.state, trial.status) == ("refused", 127)
    assert "/nowhere" in trial.engine_said


def test_a_program_that_keeps_running_has_no_status(bench: TrialBench) -> None:
    trial = bench.observe("busybox:latest", Probe(arguments=("sleep", "60")))
    assert (trial.state, trial.status, trial.listening) == ("running", None, ())


def test_a_service_answers_without_a_network_and_without_a_tool_in_its_image(
    bench: TrialBench,
) -> None:
    steps = (HttpStep("/etc/passwd"), HttpStep("/nothing"), CommandStep(("cat", "/etc/passwd")))
    trial = bench.observe(
        "python:3-slim", Probe(arguments=("python3", "-m", "http.server", "8123"), steps=steps)
    )
    assert trial.state == "running"
    assert [(one.address, one.port) for one in trial.listening or ()] == [("0.0.0.0", 8123)]
    found, missing, command = trial.replies
    assert (found.status, missing.status, command.status) == (200, 404, 0)
    assert found.output == command.output
    assert "root:" in found.output


def test_an_exchange_over_tcp_is_a_step(bench: TrialBench) -> None:
    conversation = TcpStep(7007, (("", "who is there?"), ("me", "hello me")))
    trial = bench.observe(
        "python:3-slim", Probe(arguments=("python3", "-c", ECHO), steps=(conversation,))
    )
    (reply,) = trial.replies
    assert (reply.status, reply.failure) == (0, "")


def test_a_step_after_the_end_of_the_program_fails_with_that_reason(bench: TrialBench) -> None:
    trial = bench.observe(
        "busybox:latest", Probe(arguments=("true",), steps=(HttpStep("/", port=80),))
    )
    (reply,) = trial.replies
    assert (reply.status, reply.failure) == (None, "the program had ended")


def test_standard_input_user_and_environment_reach_the_program(bench: TrialBench) -> None:
    probe = Probe(
        arguments=("sh", "-c", "cat; id -u; echo $GREETING"),
        stdin="from outside\n",
        user="4321",
        environment=(("GREETING", "good morning"),),
        until_end=True,
    )
    trial = bench.observe("busybox:latest", probe)
    assert trial.stdout.text == "from outside\n4321\ngood morning\n"


def test_the_container_has_no_network(bench: TrialBench) -> None:
    trial = bench.observe(
        "busybox:latest",
        Probe(arguments=("sh", "-c", "ip route; ls /sys/class/net"), until_end=True),
    )
    assert trial.stdout.text.split() == ["lo"]
