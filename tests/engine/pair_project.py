"""A project of the builder pattern on a real engine, cheap to build, with names of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bpkit.core.labels import PROJECT_LABEL, RUN_LABEL, image_label
from tests.engine.session import EngineSession
from tests.places import ROOT

BUILD = """\
FROM busybox
WORKDIR /src
COPY greeting .
RUN sh -n greeting && cp greeting greet && chmod 755 greet
"""
RUNTIME = """\
FROM busybox
WORKDIR /app
COPY greet .
CMD ["./greet"]
"""
GREETING = "#!/bin/sh\necho {}\n"

#: On call number $WRAP_AT the signal goes to whoever called (or the call fails); then the real
#: docker runs, so that the engine is in the middle of things when the caller starts to clean up.
#: ``rm`` is not counted, because it runs beside other calls.
_WRAPPER = """\
#!/bin/sh
if [ "$1" != version ] && [ "$1" != rm ] && [ "$1 $2" != "image inspect" ]; then
    printf . >>"$WRAP_COUNT"
    if [ "$(wc -c <"$WRAP_COUNT")" -eq "$WRAP_AT" ]; then
        case $WRAP_DO in
        fail) echo "wrapper: made to fail" >&2; exit 1 ;;
        *) kill -s "$WRAP_DO" "$PPID" ;;
        esac
    fi
fi
exec "$REAL_DOCKER" "$@"
"""


@dataclass(frozen=True)
class PairProject:
    """The project's directory, its names, and the two ways to build it."""

    directory: Path
    name: str
    engine: EngineSession
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return {
            **self.engine.env,
            "TMPDIR": str(self.directory.parent / "staging"),
            "XDG_CACHE_HOME": str(self.directory.parent / "cache"),
            "PYTHONPATH": str(ROOT),
            "BPKIT_TEST_PROJECT": self.name,
            **self.extra,
        }

    def bpkit(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run bpkit in the project as a user would."""
        return run([sys.executable, "-m", "bpkit", *arguments], self.directory, {**self.env, **env})

    def build(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run ``bpkit build``, without the check at its end, which has tests of its own."""
        names = ("--name", self.name, "-t", self.name)
        return self.bpkit("build", "--no-check", *names, *arguments, **env)

    def started(self, verb: str) -> subprocess.Popen[bytes]:
        """The same without waiting for it."""
        names = ("--no-check", "--name", self.name, "-t", self.name)
        return subprocess.Popen(
            [sys.executable, "-m", "bpkit", verb, *names],
            cwd=self.directory,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def script(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the generated script, which is written first if it isn't there."""
        if not (self.directory / "setup_builder_pattern.sh").exists():
            made = self.bpkit("script", "--name", self.name, "-t", self.name)
            assert made.returncode == 0, made.stderr
        argv = ["./setup_builder_pattern.sh", *arguments]
        return run(argv, self.directory, {**self.env, **env})

    def by(self, way: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Build by ``python`` or by the ``script``."""
        return (self.build if way == "python" else self.script)(*arguments, **env)

    def greet(self, text: str) -> None:
        """Change the source, so that the program says something else."""
        (self.directory / "greeting").write_text(GREETING.format(text))

    def says(self) -> str:
        return self.engine.docker("run", "--rm", self.name)

    def has(self, tag: str) -> bool:
        return self.engine.client.has_image(tag)

    def containers(self) -> list[str]:
        """The containers that runs made, by their ids; those of somebody else are of no run."""
        labels = (f"label={PROJECT_LABEL}={self.name}", f"label={RUN_LABEL}")
        filters = (word for label in labels for word in ("--filter", label))
        return self.engine.docker("ps", "-aq", *filters).split()

    @property
    def full_name(self) -> str:
        """The image's name as the engine lists it; podman completes it with a host."""
        return f"localhost/{self.name}" if self.engine.flavour == "podman" else self.name

    def images(self) -> list[str]:
        """The ids of the images that carry the project's label."""
        labels = (f"label={image_label(self.name, role)}" for role in ("build", "runtime", "stage"))
        listed = ("images", "-aq", "--no-trunc", "--filter")
        found = " ".join(self.engine.docker(*listed, label) for label in labels)
        return list(dict.fromkeys(found.split()))

    def staged(self) -> list[str]:
        return sorted(os.listdir(self.directory.parent / "staging"))

    def children(self) -> list[str]:
        """The command lines of processes that a build of this project has left."""
        marker = f"BPKIT_TEST_PROJECT={self.name}".encode()
        found = []
        for process in Path("/proc").iterdir():
            try:
                if process.name.isdigit() and marker in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_text().replace("\0", " "))
            except (OSError, ProcessLookupError):
                continue
        return found

    def left(self) -> dict[str, list[str]]:
        """All that a run must not leave."""
        return {
            "containers": self.containers(),
            "staged": self.staged(),
            "processes": self.children(),
        }

    def wrapped(self, at: int, act: str) -> dict[str, str]:
        """The environment in which the docker of call ``at`` fails or sends a signal first."""
        programs = self.directory.parent / f"wrapper-{uuid.uuid4().hex[:8]}"
        programs.mkdir()
        wrapper = programs / "docker"
        wrapper.write_text(_WRAPPER)
        wrapper.chmod(0o755)
        path = self.env["PATH"]
        real = subprocess.run(
            ["sh", "-c", "command -v docker"],
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        return {
            "PATH": f"{programs}:{path}",
            "REAL_DOCKER": real,
            "WRAP_COUNT": str(programs / "count"),
            "WRAP_AT": str(at),
            "WRAP_DO": act,
        }

    def sweep(self) -> None:
        """Remove all images and containers of the project."""
        self.bpkit("clean", "--name", self.name, "--all", "--yes")


NOTHING: dict[str, list[str]] = {"containers": [], "staged": [], "processes": []}


def run(
    argv: list[str], directory: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, within two minutes; a test that fails shows what it said."""
    done = subprocess.run(
        argv,
        cwd=directory,
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    print(f"$ {shlex.join(argv)}\n{done.stdout}{done.stderr}[status {done.returncode}]")
    return done


def make_pair(engine: EngineSession, parent: Path) -> PairProject:
    """A pair of Dockerfiles and a source, in a new directory below ``parent``."""
    directory = parent / "project"
    directory.mkdir()
    (parent / "staging").mkdir()
    (directory / "Dockerfile.build").write_text(BUILD)
    (directory / "Dockerfile.runtime").write_text(RUNTIME)
    project = PairProject(directory, f"pair-{uuid.uuid4().hex[:10]}", engine)
    project.greet("hello")
    return project
