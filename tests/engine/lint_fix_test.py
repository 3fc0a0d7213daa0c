"""A file that ``bpkit lint --fix`` edited lints clean of the rule and builds the same files.

What the edit is meant to change (a cache that is gone, the user) is named by each case; anything
else that differs fails it. A case whose first file is broken only has to build once it is fixed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit.core.engine import Engine
from bpkit.image.contents import read_contents
from bpkit.image.diff import Snapshot, differences
from tests.engine.session import EngineSession

pytestmark = pytest.mark.slow

MAIN_GO = 'package main\n\nimport "net"\n\nfunc main() { net.LookupHost("a") }\n'
HELLO = "https://deb.debian.org/debian/pool/main/h/hello/hello_2.10.orig.tar.gz"
WITHOUT = ("--without", "docker", "--without", "hadolint")


@dataclass(frozen=True)
class Fix:
    """A Dockerfile that breaks a rule; ``changes`` is what may differ after the fix."""

    rule: str
    text: str
    changes: str = "(?!)"
    is_broken: bool = False


FIXES = (
    Fix(
        "BPK203",
        "FROM golang:latest AS b\nCOPY main.go .\nRUN go build -o /app main.go\n"
        'FROM alpine:latest\nCOPY --from=b /app /app\nUSER 1\nCMD ["/app"]\n',
        "/app: content",
    ),
    Fix(
        "BPK206", 'FROM busybox\nCOPY app /app\nCMD ["sh", "/app/run.sh"]\n', "configuration: user"
    ),
    Fix(
        "BPK207",
        "FROM debian:bookworm-slim\nRUN useradd -u 77 app\nCOPY app /app\nUSER app\n"
        "CMD sh /app/run.sh\n",
        "configuration: user",
    ),
    Fix(
        "BPK209",
        "FROM busybox AS builder\nRUN touch /x\nFROM busybox\nCOPY --from=buidler /x /x\nUSER 1\n",
        is_broken=True,
    ),
    Fix(
        "BPK213",
        "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y hello\nUSER 1\n",
        r"/var/lib/apt/lists|/var/log|/var/cache/(?:ldconfig|apt)",
    ),
    Fix(
        "BPK216",
        "FROM scratch\nCOPY --from=busybox:latest /bin/busybox /app\nUSER 1\nCMD /app true\n",
        "configuration: cmd",
    ),
    Fix("BPK218", "FROM busybox\nCOYP app /app\nUSER 1\nCMD sh /app/run.sh\n", is_broken=True),
    Fix(
        "BPK222",
        "ARG DIR=app\nFROM busybox\nCOPY ${DIR}/run.sh /app/\nUSER 1\nCMD sh /app/run.sh\n",
        is_broken=True,
    ),
    Fix(
        "BPK225",
        "FROM python:3-slim\nENV PYTHONDONTWRITEBYTECODE=1\nWORKDIR /srv\nCOPY . .\n"
        "RUN pip install --no-cache-dir --no-compile -r requirements.txt\nUSER 1\n",
        # The ignore file is not there, so the Dockerfile itself is copied.
        r"/srv/Dockerfile",
    ),
    Fix(
        "BPK226", "FROM busybox\nCOPY app /app\nRUN chown -R 5:6 /app\nUSER 5\nCMD sh /app/run.sh\n"
    ),
    Fix(
        "BPK230",
        f"FROM scratch\nADD {HELLO} /hello\nUSER 1\n",
    ),
    Fix(
        "BPK227",
        "FROM busybox\nRUN mkdir -p /var/cache/x && touch /var/cache/x/y /kept\n"
        "RUN rm -rf /var/cache/x\nUSER 1\nCMD true\n",
    ),
)


@pytest.fixture
def project(engine: EngineSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in engine.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "run.sh").write_text("echo run\n")
    (tmp_path / "requirements.txt").write_text("six==1.17.0\n")
    (tmp_path / "main.go").write_text(MAIN_GO)
    return tmp_path


def snapshot(engine: EngineSession, directory: Path) -> Snapshot | None:
    """What a build of the directory makes; None where it fails."""
    program = engine.client.program
    image = directory / "image"
    image.unlink(missing_ok=True)
    words = [program, "build", "--iidfile", str(image), "--label", engine.label, str(directory)]
    built = subprocess.run(words, env=engine.env, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        return None
    found = image.read_text()
    image.unlink()
    container = engine.docker("create", "--label", engine.label, found, "true")
    try:
        with Engine((program,)).stream("export", container) as stream:
            return Snapshot(read_contents(stream), Engine((program,)).image(found).config)
    finally:
        engine.docker("rm", "--force", "--volumes", container)


def lint(directory: Path, *words: str) -> list[dict[str, object]]:
    argv = [sys.executable, "-m", "bpkit", "lint", "--json", *WITHOUT, *words, str(directory)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert "error" not in told, told
    found: list[dict[str, object]] = told.get("findings", [])
    return found


@pytest.mark.parametrize("fix", FIXES, ids=lambda fix: fix.rule)
def test_a_fixed_file_builds_the_same_files(engine: EngineSession, project: Path, fix: Fix) -> None:
    (project / "Dockerfile").write_text(fix.text)
    before = snapshot(engine, project)
    assert (before is None) == fix.is_broken
    assert lint(project, "--only", fix.rule)
    lint(project, "--only", fix.rule, "--fix", "--write")
    assert lint(project, "--only", fix.rule) == []
    after = snapshot(engine, project)
    assert after is not None, (project / "Dockerfile").read_text()
    if before is not None:
        unwanted = [str(one) for one in differences(before, after)]
        assert [one for one in unwanted if not re.match(fix.changes, one)] == []
