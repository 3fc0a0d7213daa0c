"""``bpkit check`` from its command line, on a real engine: what it prints, and what it leaves."""

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

from bpkit.core.labels import PROJECT_LABEL
from tests.engine.session import EngineSession

DOCKERFILE = """\
FROM gcc:latest AS build
RUN echo 'int main(void) { return 0; }' | gcc -x c - -o /app
FROM alpine:latest
USER 65532
WORKDIR /srv
COPY --from=build /app ./
ENTRYPOINT ["./app"]
"""


def bpkit(
    engine: EngineSession, *words: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bpkit", *words]
    env = {**engine.env, "PYTHONPATH": os.getcwd(), "NO_COLOR": "1"}
    return subprocess.run(
        command, env=env, cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def project(engine: EngineSession, tmp_path: Path) -> Path:
    """A project whose program wants glibc and runs on musl; built as its image is called."""
    directory = tmp_path / "glibc-on-musl"
    directory.mkdir()
    (directory / "Dockerfile").write_text(DOCKERFILE)
    tag = ("--tag", "glibc-on-musl")
    engine.docker("build", "--quiet", "--label", engine.label, *tag, str(directory))
    return directory


@pytest.fixture
def image(engine: EngineSession) -> Iterator[str]:
    """An image of a name of its own: what a check makes for it can be told from all else."""
    name = f"bpkit-test-{uuid.uuid4().hex[:12]}"
    engine.docker("tag", "alpine:latest", name)
    yield name
    engine.docker("rmi", name)


def left(engine: EngineSession, image: str) -> str:
    return engine.docker("ps", "-aq", "--filter", f"label={PROJECT_LABEL}={image}")


def test_a_finding_names_the_line_of_the_projects_dockerfile(
    engine: EngineSession, project: Path
) -> None:
    done = bpkit(engine, "check", cwd=project)
    assert done.returncode == 1, done
    first, *rest = done.stdout.splitlines()
    assert first.startswith("Dockerfile:6: error BPK112: /srv/app needs the loader /lib64/ld-")
    assert any("FROM debian:bookworm-slim" in line for line in rest)
    assert rest[-1] == "1 error: glibc-on-musl will not run"
    assert done.stderr == ""


@pytest.mark.parametrize(("entry", "runs"), [("/bin/true", True), ("/nowhere", False)])
def test_a_build_shows_how_to_start_only_what_the_check_passes(
    engine: EngineSession, tmp_path: Path, entry: str, runs: bool
) -> None:
    name = f"bpkit-test-{uuid.uuid4().hex[:12]}"
    (tmp_path / "Dockerfile").write_text(f'FROM alpine\nENTRYPOINT ["{entry}"]\n')
    try:
        done = bpkit(
            engine, "build", "--quiet", "-t", name, "--", "--label", engine.label, cwd=tmp_path
        )
        assert done.returncode == 0, done
        assert (f"run it: docker run --rm {name}\n" in done.stdout) == runs
        assert done.stderr.endswith(f"1 error: {name} will not run\n") == (not runs)
    finally:
        engine.docker("rmi", name)


def test_a_directory_argument_is_part_of_the_place(engine: EngineSession, project: Path) -> None:
    done = bpkit(engine, "check", project.name, cwd=project.parent)
    assert done.stdout.startswith("glibc-on-musl/Dockerfile:6: error BPK112"), done


def test_json_and_sarif_hold_the_same_finding(engine: EngineSession, project: Path) -> None:
    file = project / "check.sarif"
    done = bpkit(engine, "check", "--json", "--sarif", str(file), cwd=project)
    said = json.loads(done.stdout)
    assert (said["image"], said["runs"]) == ("glibc-on-musl", False)
    (finding,) = said["findings"]
    assert (finding["rule"], finding["file"], finding["line"]) == ("BPK112", "Dockerfile", 6)
    (result,) = json.loads(file.read_text())["runs"][0]["results"]
    assert result["ruleId"] == "BPK112"


def test_an_image_that_runs_has_status_0_with_strict_too_and_leaves_nothing(
    engine: EngineSession, image: str
) -> None:
    done = bpkit(engine, "check", "--image", image, "--strict")
    assert done.returncode == 0, done
    assert f"nothing found that keeps {image} from starting; it was not started" in done.stdout
    assert left(engine, image) == ""


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("--image", "bpkit-test/nothing-of-this-name"), 4, "doesn't exist"),
        ((".", "--image", "alpine"), 2, "pass only one of them"),
        (("--image", "alpine", "--engine", "no-such-program"), 3, "no-such-program"),
    ],
)
def test_an_image_that_can_not_be_checked_is_an_error_message(
    engine: EngineSession, words: tuple[str, ...], status: int, says: str
) -> None:
    done = bpkit(engine, "check", *words)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done
    assert says in done.stderr


def test_a_project_that_was_not_built_is_an_error(engine: EngineSession, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY never-built-app /\n")
    (tmp_path / "never-built-app").write_text("")
    done = bpkit(engine, "check", cwd=tmp_path)
    assert done.returncode == 4, done
    assert "bpkit build' first" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["create", "export"])
def test_a_signal_ends_a_check_and_leaves_nothing(
    engine: EngineSession, image: str, tmp_path: Path, number: signal.Signals, moment: str
) -> None:
    """A stand-in for docker says when the call begins and is slow about it, then hands it on."""
    slow = tmp_path / "docker"
    slow.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = {moment} ]; then : > {tmp_path}/begun; {_pause(moment)}; fi\n'
        'exec docker "$@"\n'
    )
    slow.chmod(0o755)
    command = [sys.executable, "-m", "bpkit", "check", "--image", image, "--engine", str(slow)]
    env = {**engine.env, "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    wait_for(tmp_path / "begun")
    process.send_signal(number)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + number, stderr
    assert "Traceback" not in stderr
    assert left(engine, image) == ""


def _pause(moment: str) -> str:
    """A signal waits for a creation to end, but it ends an export."""
    return "sleep 1" if moment == "create" else "exec sleep 30"


def wait_for(file: Path) -> None:
    until = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
