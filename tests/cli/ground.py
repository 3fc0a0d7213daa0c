"""A user at the command line, with a stand-in engine that answers questions and logs its orders.

Questions (version, image inspect, images, ps) are answered; orders (build, create, cp, tag, rm,
rmi) are logged and carried out as far as a plan needs it. Files beside the program say what goes
wrong: it is set up without the environment, so that bpkit can be called in this process too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from bpkit.core.engine import Engine
from tests.in_process import typed
from tests.places import ROOT
from tests.standin import Standin

_PROGRAM = r"""#!/bin/sh
here=$(dirname "$0")
if [ "$1" = --context ]; then shift 2; fi
is() { [ -e "$here/$1" ]; }
hang() {
    echo $$ >"$here/calls.hangs.new"
    mv "$here/calls.hangs.new" "$here/calls.hangs"
    exec sleep 60
}
down() {
    echo 'Cannot connect to the Docker daemon at unix:///gone. Is the docker daemon running?' >&2
    exit 1
}
if is down; then down; fi
case $1 in
version) exec cat "$here/version.json" ;;
info) exec cat "$here/info.json" ;;
images | ps) if is "$1"; then exec cat "$here/$1"; fi; exit 0 ;;
image)
    if is hang.image; then hang; fi
    shift 2
    found='' separator='['
    for name; do
        file=$here/image.$(printf %s "$name" | tr / %)
        if [ -e "$file" ]; then
            printf '%s' "$separator"
            cat "$file"
            separator=, found=yes
        else
            missing=$name
        fi
    done
    [ -n "$found" ] && echo ']' || echo '[]'
    [ -z "${missing-}" ] || { echo "Error: No such image: $missing" >&2; exit 1; }
    exit 0
    ;;
esac
printf '%s\0' "$#" "$@" >>"$here/calls"
verb=$1
if is "vanish.$verb"; then : >"$here/down"; down; fi
if is "fail.$verb"; then cat "$here/fail.$verb" >&2; exit 1; fi
if is "hang.$verb"; then hang; fi
if is "say.$verb"; then cat "$here/say.$verb"; fi
case $verb in
tag)
    case ${3##*/} in *:*) full=$3 ;; *) full=$3:latest ;; esac
    printf '{"Id":"sha256:%s","RepoTags":["%s"],"Size":1000}' "${2#sha256:}" "$full" \
        >"$here/image.$(printf %s "$3" | tr / %)"
    ;;
cp)
    shift $(($# - 1))
    printf made >"$1" || exit 1
    ;;
build)
    while [ $# -gt 0 ]; do
        if [ "$1" = --iidfile ]; then
            printf 'sha256:%064d' 7 >"$2"
            printf '{"Id":"%s","Size":1000}' "$(cat "$2")" >"$here/image.$(cat "$2")"
        fi
        shift
    done
    ;;
esac
exit 0
"""

PAIR = {
    "Dockerfile.build": (
        "FROM golang\nWORKDIR /myapp\nCOPY hellogo.go .\n"
        'RUN go build -o hellogo hellogo.go\nENTRYPOINT ["./hellogo"]\n'
    ),
    "Dockerfile.runtime": (
        'FROM alpine\nWORKDIR /myapp\nCOPY hellogo .\nENTRYPOINT ["./hellogo"]\n'
    ),
    "hellogo.go": "package main\n",
}
STAGES = {
    "Dockerfile": (
        "FROM golang AS builder\nCOPY welcome.go .\nRUN go build -o /welcome welcome.go\n"
        'FROM scratch\nCOPY --from=builder /welcome /welcome\nENTRYPOINT ["/welcome"]\n'
    ),
    "welcome.go": "package main\n",
}
CLASSIC, BUILDKIT = "20.10.24", "99.0.0"


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


def assert_refused(said: Said, status: int, sentence: str) -> None:
    """It ended so, with this on standard error.

    On standard output there is nothing, or where JSON was asked for the same error as JSON.
    """
    assert said.status == status
    if said.out:
        assert json.loads(said.out)["error"]["status"] == status
        assert json.loads(said.out)["error"]["message"] in said.err
    assert sentence in said.err
    assert "Traceback" not in said.err


@dataclass(frozen=True)
class Ground:
    """A project, a place for staging, a cache, and the stand-in engine."""

    directory: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def project(self) -> Path:
        return self.directory / "project"

    @property
    def staging(self) -> Path:
        return self.directory / "staging"

    @property
    def standin(self) -> Standin:
        return Standin(self.directory / "bin")

    @property
    def env(self) -> dict[str, str]:
        """The environment of the user; nothing in it leads to a real engine."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("DOCKER", "PYTHONUNBUF"))}
        return {
            **kept,
            "PATH": f"{self.standin.directory}:{os.environ['PATH']}",
            "TMPDIR": str(self.staging),
            "XDG_CACHE_HOME": str(self.directory / "cache"),
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
            **self.extra,
        }

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write the project's files."""
        for name, content in files.items():
            path = self.project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def engine(self, name: str, content: str = "") -> None:
        """Write a file that the stand-in goes by: ``down``, ``fail.build``, ``vanish.cp`` …"""
        (self.standin.directory / name).write_text(content)

    def has_image(self, name: str, **more: object) -> None:
        """Let the engine have an image of this name."""
        known = {"Id": f"sha256:{'1' * 64}", "RepoTags": [f"{name}:latest"], "Size": 5, **more}
        self.engine(f"image.{name}", json.dumps(known))

    def has_images(self, *names: str) -> None:
        """Let the engine have an image of each of these names."""
        for name in names:
            self.has_image(name)

    def alter(self, *changes: tuple[str, str]) -> None:
        """Change the stand-in's program: each first text, which must be in it, to the second."""
        program = self.standin.directory / "docker"
        text = program.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        program.write_text(text)

    def orders(self) -> list[str]:
        """The verbs that the engine was given, in order."""
        return [call[0] for call in self.standin.calls()]

    def assert_pair_made(self) -> None:
        """The engine made both images of the pair, and nothing else; the container is removed
        beside what comes after ``cp``.
        """
        orders = self.orders()
        assert [order for order in orders if order != "rm"] == [
            *("build", "create", "cp", "build", "tag", "tag")
        ]
        assert "rm" in orders[3:]
        assert orders.count("rm") == 1

    def bpkit(self, *arguments: str, **env: str) -> Said:
        """Run bpkit in the project, as a user would."""
        return self.run([*BPKIT, *arguments], **env)

    def typed(self, *arguments: str, **env: str) -> Said:
        """The same in this process, which is faster."""
        gone = [name for name in os.environ if name not in self.env]
        with patch.dict(os.environ):
            for name in gone:
                del os.environ[name]
            done = typed(*arguments, directory=self.project, env={**self.env, **env})
        return Said(done.returncode, done.stdout, done.stderr)

    def run(self, argv: list[str], **env: str) -> Said:
        """Run a command in the project, with nothing on standard input."""
        done = subprocess.run(
            argv,
            cwd=self.project,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start bpkit in the project; what it says is thrown away."""
        return subprocess.Popen(
            [*BPKIT, *arguments],
            cwd=self.project,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def staged(self) -> list[str]:
        return sorted(path.name for path in self.staging.iterdir())

    def files(self) -> dict[str, bytes]:
        """The files at the top of the project and what they hold."""
        return {p.name: p.read_bytes() for p in self.project.iterdir() if p.is_file()}


BPKIT = [sys.executable, "-m", "bpkit"]


def engine_of(ground: Ground) -> Engine:
    """The stand-in as an engine."""
    return Engine((str(ground.standin.directory / "docker"),))


def make_ground(directory: Path, files: Mapping[str, str | bytes], client: str = CLASSIC) -> Ground:
    """A project of these files below ``directory``, and an engine of this client's version."""
    for name in ("project", "staging", "bin"):
        (directory / name).mkdir(parents=True)
    ground = Ground(directory)
    ground.write(files)
    program = ground.standin.directory / "docker"
    program.write_text(_PROGRAM)
    program.chmod(0o755)
    ground.engine(
        "version.json", json.dumps({"Client": {"Version": client}, "Server": {"Version": client}})
    )
    ground.engine("info.json", json.dumps({"Driver": "overlay2", "OSType": "linux"}))
    return ground
