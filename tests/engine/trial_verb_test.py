"""``bpkit try`` from its command line, on a real engine: what it says, and what it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.session import EngineSession

SERVER = "python3 -m http.server 8123"


def bpkit(engine: EngineSession, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bpkit", *words]
    env = {**engine.env, "PYTHONPATH": os.getcwd(), "NO_COLOR": "1"}
    return subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def image(engine: EngineSession, tmp_path: Path) -> Iterator[str]:
    """A service that listens where EXPOSE says; its name is nobody else's."""
    name = f"bpkit-try-test-{uuid.uuid4().hex[:12]}"
    (tmp_path / "Dockerfile").write_text(
        "FROM python:3-slim\nEXPOSE 8123\nWORKDIR /usr/share\n"
        'HEALTHCHECK CMD ["python3", "-c", "print(1)"]\nVOLUME /data\n'
        f"CMD {json.dumps(SERVER.split())}\n"
    )
    engine.docker("build", "--quiet", "--label", engine.label, "--tag", name, str(tmp_path))
    yield name
    engine.docker("rmi", name)


def left(engine: EngineSession, image: str) -> tuple[list[str], list[str]]:
    """The containers and the images that were made for a trial of ``image``."""
    containers = engine.docker("ps", "-aq", "--filter", f"label=io.bpkit.project={image}")
    sidecars = engine.docker("images", "-q", "--filter", f"label=io.bpkit.image={image}/sidecar")
    return containers.split(), sidecars.split()


def volumes(engine: EngineSession) -> set[str]:
    return set(engine.docker("volume", "ls", "-q").split())


def test_a_service_runs_and_answers(engine: EngineSession, image: str) -> None:
    before = volumes(engine)
    done = bpkit(engine, "try", image, "--http", "/", "--run", "python3 -c 'print(6 * 7)'")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{image} runs:")
    assert "as EXPOSE says" in done.stdout
    # Podman builds images of the OCI kind, which have no health check.
    assert engine.flavour == "podman" or "HEALTHCHECK passed" in done.stdout
    assert "GET / answered 200" in done.stdout
    assert left(engine, image) == ([], [])
    assert volumes(engine) == before


def test_a_failing_answer_ends_with_status_1(engine: EngineSession, image: str) -> None:
    done = bpkit(engine, "try", image, "--http", "/nothing", "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert (said["schema"], said["runs"], said["state"]) == ("bpkit/try/1", False, "running")
    assert [reply["status"] for reply in said["replies"]] == [404]
    assert said["listening"] == [{"protocol": "tcp", "address": "0.0.0.0", "port": 8123}]


def test_arguments_go_to_the_image(engine: EngineSession, image: str) -> None:
    done = bpkit(engine, "try", image, "--", "python3", "-c", "import sys; sys.exit(7)")
    assert done.returncode == 1
    assert "it ended with status 7" in done.stdout


def test_an_image_that_does_not_run_is_checked(engine: EngineSession, image: str) -> None:
    done = bpkit(engine, "try", image, "--", "/nowhere")
    assert done.returncode == 1
    assert "doesn't run" in done.stdout
    assert "/nowhere" in done.stdout


def test_a_missing_image_is_an_error_without_a_verdict(engine: EngineSession) -> None:
    done = bpkit(engine, "try", "bpkit-no-such-image")
    assert done.returncode == 4
    assert done.stdout == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("delay", [0.3, 1.5])
def test_a_signal_leaves_nothing(
    engine: EngineSession, image: str, number: signal.Signals, delay: float
) -> None:
    command = [sys.executable, "-m", "bpkit", "try", image, "--", "sleep", "60"]
    env = {**engine.env, "PYTHONPATH": os.getcwd()}
    before = volumes(engine)
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(delay)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode in {128 + number, -number}
    assert left(engine, image) == ([], [])
    assert volumes(engine) == before


PROBES = """
image = "{image}"
[[probe]]
name = "page"
[[probe.step]]
http = "/"
[[probe.step]]
http = "/nothing"
status = {status}
"""


@pytest.mark.parametrize(("status", "ends"), [(404, 0), (200, 1)])
def test_a_build_with_try_starts_the_image_and_the_projects_probes(
    engine: EngineSession, tmp_path: Path, status: int, ends: int
) -> None:
    name = f"bpkit-try-built-{uuid.uuid4().hex[:12]}"
    (tmp_path / "Dockerfile").write_text(
        f"FROM python:3-slim\nLABEL {engine.label}\nEXPOSE 8123\nCMD {json.dumps(SERVER.split())}\n"
    )
    (tmp_path / "bpkit.toml").write_text(PROBES.format(image=name, status=status))
    done = bpkit(engine, "build", "--try", "--json", str(tmp_path))
    try:
        assert done.returncode == ends, done.stderr
        plain, page = json.loads(done.stdout)["trials"]
        assert plain["runs"] is True
        assert page["probe"] == "page"
        assert page["runs"] is (ends == 0)
        assert left(engine, name) == ([], [])
    finally:
        engine.docker("rmi", name)
