"""What ``bpkit try`` advises was tried: put into the example that it is given for, the image runs.

Advice that is lines for a Dockerfile is put in front of USER, or of the command; advice for the
command becomes the command; a switch of ``bpkit try`` is passed.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.session import EngineSession

pytestmark = pytest.mark.slow

REDIS = "RUN apt-get update && apt-get install -y --no-install-recommends redis-server\n"
NGINX = "RUN apt-get update && apt-get install -y --no-install-recommends nginx-light\n"
OPENS = 'import time; open("/var/lib/till/day", "a"); time.sleep(60)'
GREEDY = "import time; goods = b'x' * (60 << 20); time.sleep(60)"


@pytest.fixture
def name(engine: EngineSession) -> Iterator[str]:
    name = f"bpkit-advice-{uuid.uuid4().hex[:12]}"
    yield name
    engine.docker("rmi", "--force", name)


def tried(engine: EngineSession, directory: Path, name: str, text: str, *words: str) -> Any:
    (directory / "Dockerfile").write_text(text)
    engine.docker("build", "--quiet", "--label", engine.label, "--tag", name, str(directory))
    command = [sys.executable, "-m", "bpkit", "try", "--json", name, *words]
    env = {**engine.env, "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def cmd(*words: str) -> str:
    return f"CMD {json.dumps(words)}\n"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(
            "FROM python:3-slim\nRUN mkdir -p /var/lib/till\n",
            f"USER 1000\n{cmd('python3', '-c', OPENS)}",
            id="denied",
        ),
        pytest.param(
            "FROM busybox:latest\n",
            cmd(
                *("sh", "-c"),
                "[ -d /srv/till ] || { echo 'missing data directory: /srv/till' >&2; exit 1; }; "
                "exec sleep 60",
            ),
            id="missing directory",
        ),
    ],
)
def test_advised_lines_for_a_dockerfile_make_the_image_run(
    engine: EngineSession, tmp_path: Path, name: str, start: str, end: str
) -> None:
    said = tried(engine, tmp_path, name, start + end)
    assert said["runs"] is False
    (lines,) = [one["lines"] for one in said["advice"] if one["lines"]]
    again = tried(engine, tmp_path, name, start + "".join(f"{line}\n" for line in lines) + end)
    assert again["runs"] is True, again["faults"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            "FROM python:3-slim\nEXPOSE 8123\n",
            ("python3", "-m", "http.server", "--bind", "127.0.0.1", "8123"),
            id="http.server",
        ),
        pytest.param(
            f"FROM debian:bookworm-slim\n{REDIS}EXPOSE 6379\n",
            ("redis-server", "--bind", "127.0.0.1", "--protected-mode", "no"),
            id="redis",
        ),
    ],
)
def test_advice_makes_a_loopback_service_listen_on_all_addresses(
    engine: EngineSession, tmp_path: Path, name: str, text: str, words: tuple[str, ...]
) -> None:
    said = tried(engine, tmp_path, name, text + cmd(*words))
    assert said["runs"] is False
    (advice,) = [one["text"] for one in said["advice"] if "all addresses" in one["text"]]
    flags = shlex.split(advice.partition(": ")[2])
    kept = [word for word in words if word not in {"--bind", "127.0.0.1"}]
    again = tried(engine, tmp_path, name, text + cmd(*kept, *flags))
    assert again["runs"] is True, again["faults"]
    assert again["warnings"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            f"FROM debian:bookworm-slim\n{REDIS}EXPOSE 6379\n",
            ("redis-server", "--daemonize", "yes", "--protected-mode", "no"),
            id="redis",
        ),
        pytest.param(f"FROM debian:bookworm-slim\n{NGINX}EXPOSE 80\n", ("nginx",), id="nginx"),
    ],
)
def test_advice_keeps_a_background_service_in_the_foreground(
    engine: EngineSession, tmp_path: Path, name: str, text: str, words: tuple[str, ...]
) -> None:
    said = tried(engine, tmp_path, name, text + cmd(*words))
    assert said["runs"] is False
    (advice,) = [one["text"] for one in said["advice"] if "foreground" in one["text"]]
    command = shlex.split(advice.partition(": ")[2])
    again = tried(engine, tmp_path, name, text + cmd(*command))
    assert again["runs"] is True, again["faults"]


def test_advice_passes_a_missing_variable(engine: EngineSession, tmp_path: Path, name: str) -> None:
    script = "import os, time; os.environ['TILL_KEY']; time.sleep(60)"
    text = f"FROM python:3-slim\n{cmd('python3', '-c', script)}"
    said = tried(engine, tmp_path, name, text)
    assert said["runs"] is False
    (advice,) = [one["text"] for one in said["advice"] if "TILL_KEY" in one["text"]]
    found = re.search(r"run 'bpkit try (--env) (TILL_KEY=)…'", advice)
    assert found, advice
    assert tried(engine, tmp_path, name, text, found[1], f"{found[2]}a")["runs"] is True


def test_advice_gives_a_killed_program_more_memory(
    engine: EngineSession, tmp_path: Path, name: str
) -> None:
    text = f"FROM python:3-slim\n{cmd('python3', '-c', GREEDY)}"
    said = tried(engine, tmp_path, name, text, "--memory", "32m")
    if "the engine can't set limits; none were set" in said["notes"]:
        pytest.skip("this engine can't set limits")
    assert said["runs"] is False
    (advice,) = [one["text"] for one in said["advice"] if "memory" in one["text"]]
    found = re.search(r"pass (--memory) (\w+)", advice)
    assert found, advice
    assert tried(engine, tmp_path, name, text, found[1], found[2])["runs"] is True
