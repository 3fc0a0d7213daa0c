"""A daemon that dies in the midst of builds: each tells it, nothing is left, the next run works."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.own_engine import OwnEngine, loaded
from tests.engine.pair_project import NOTHING, make_pair
from tests.engine.session import EngineSession

BPKIT = [sys.executable, "-m", "bpkit"]
MEMBERS = [f"m{number:02}" for number in range(20)]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="starting an engine needs root"),
]


@pytest.fixture
def own(engine: EngineSession) -> Iterator[OwnEngine]:
    """An engine that nobody else uses; ``loaded`` brings it up."""
    if engine.flavour in {"existing", "podman"}:
        pytest.skip("only a daemon that the tests brought up is killed")
    home = Path(tempfile.mkdtemp(prefix="bpkit-own-", dir="/var/tmp"))
    found = OwnEngine(home, engine.flavour)
    yield found
    found.remove()


@pytest.mark.parametrize("way", ["python", "script"])
def test_one_build(own: OwnEngine, engine: EngineSession, tmp_path: Path, way: str) -> None:
    pair = make_pair(loaded(own, engine, tmp_path), tmp_path)
    dockerfile = pair.directory / "Dockerfile.build"
    text = dockerfile.read_text()
    dockerfile.write_text(f"{text}RUN echo it has begun; sleep 30\n")
    names = ("--name", pair.name, "-t", pair.name)
    assert pair.bpkit("script", *names).returncode == 0
    script = ["./setup_builder_pattern.sh"]
    argv = script if way == "script" else [*BPKIT, "build", "--no-check", *names]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            argv,
            cwd=pair.directory,
            env=pair.env,
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
        )
        until(lambda: b"it has begun\n" in (tmp_path / "said").read_bytes().replace(b"\r", b""))
        own.kill()
        status = process.wait(timeout=60)
    assert status in {3, 4}
    assert "Traceback" not in (tmp_path / "said").read_text(errors="replace")
    assert pair.staged() == []
    own.command("up")
    dockerfile.write_text(text)
    assert pair.by(way).returncode == 0
    assert pair.says() == "hello"
    assert pair.left() == NOTHING


def test_twenty_builds_at_once(own: OwnEngine, engine: EngineSession, tmp_path: Path) -> None:
    session = loaded(own, engine, tmp_path)
    top = tmp_path / "workspace"
    for name in MEMBERS:
        (top / name).mkdir(parents=True)
        (top / name / "data").write_text(name)
        (top / name / "Dockerfile").write_text(
            "FROM busybox\nCOPY data /data\nRUN sleep 2\nCMD cat /data\n"
        )
    services = [f"  {name}: {{image: killed-{name}, build: {name}}}\n" for name in MEMBERS]
    (top / "compose.yaml").write_text("services:\n" + "".join(services))
    (tmp_path / "staging").mkdir()
    env = {**session.client.env, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    env = {**os.environ, **env, "TMPDIR": str(tmp_path / "staging")}
    argv = [*BPKIT, "build", "--all", "-j", "20", "--keep-going"]
    with (tmp_path / "said").open("w+") as said:
        process = subprocess.Popen(argv, cwd=top, env=env, stdout=said, stderr=said)
        until(lambda: (tmp_path / "said").read_text().count("building m") == len(MEMBERS))
        own.kill()
        status = process.wait(timeout=60)
    text = (tmp_path / "said").read_text()
    assert status in {3, 4}, text
    assert "Traceback" not in text
    assert text.count(" failed in ") == len(MEMBERS), text
    assert list((tmp_path / "staging").iterdir()) == []
    own.command("up")
    done = subprocess.run(argv, cwd=top, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in MEMBERS:
        assert session.docker("run", "--rm", f"killed-{name}") == name
    again = subprocess.run(argv, cwd=top, env=env, capture_output=True, text=True, check=False)
    assert again.stdout.startswith("20 up to date"), again.stdout


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
