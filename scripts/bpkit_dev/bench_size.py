"""Sizes of the same program's image made in four ways, against the minimum that it needs.

Every figure is from an image that was built and probed in this run: ``bpkit shrink`` gets the runs
and routes of the case as its probes, and writes nothing if one is answered differently.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bpkit.core.labels import image_label
from bpkit.core.recipe import STAGE
from bpkit.errors import EngineError
from scripts.bpkit_dev.bench import user_environment
from scripts.bpkit_dev.bench_cases import CASES, CASES_DIRECTORY, Case
from scripts.bpkit_dev.bench_floor import floor
from scripts.bpkit_dev.client import Client

#: The project's goal for an estimate.
_WANTED_SECONDS = 3.0
_PATIENCE = 60.0
_HEAD = (
    *("program", "naive", "builder pattern", "multi-stage by hand", "bpkit shrink", "floor"),
    *("shrink : floor", "to pull, compressed", "cold start"),
)


@dataclass(frozen=True)
class Row:
    """The sizes of one case in bytes."""

    case: Case
    naive: int
    pair: int | None
    stages: int | None
    shrunk: int
    floor: int
    pulled: tuple[int, int]
    started: tuple[float, float]

    @property
    def ratio(self) -> float:
        return self.shrunk / self.floor

    def cells(self) -> tuple[str, ...]:
        """The row of the table; sizes over the goal are marked."""
        sizes = (self.naive, self.pair, self.stages, self.shrunk, self.floor)
        naive, small = self.pulled
        slow, quick = self.started
        mark = "" if self.ratio <= self.case.wanted else " (too much)"
        return (
            self.case.title,
            *("–" if size is None else f"{size:,}" for size in sizes),
            f"{self.ratio:.3f}{mark}",
            f"{naive / 1e6:,.1f} → {small / 1e6:,.1f} MB",
            f"{slow:.2f} → {quick:.2f} s",
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the table; 1 if a goal is not met."""
    parser = argparse.ArgumentParser("scripts/bench-size", description=__doc__)
    parser.add_argument("cases", nargs="*", help="directories of cases; default: all")
    parser.add_argument(
        *("--estimate", "-e"),
        type=int,
        default=0,
        metavar="RUNS",
        help="only the seconds of `shrink --no-build`: the median of so many runs, and their CPU",
    )
    parser.add_argument("--flavour", help="an engine of scripts/engine; else the environment's")
    arguments = parser.parse_args(argv)
    flavour = arguments.flavour
    client = Client.of_flavour(flavour) if flavour else Client.of_environment()
    label = f"io.bpkit.bench={uuid.uuid4().hex}"
    asked = arguments.cases
    cases = [one for one in CASES if not asked or one.directory.removeprefix("programs/") in asked]
    try:
        if arguments.estimate:
            return _print_estimates(_Bench(client, label), cases, arguments.estimate)
        return _print_sizes(_Bench(client, label), cases)
    finally:
        _sweep(client, label)


def _print_sizes(bench: _Bench, cases: Sequence[Case]) -> int:
    """Print the table of sizes; 1 if an image is larger than its goal."""
    print(_line(_HEAD), _rule(_HEAD), sep="\n", flush=True)
    status = 0
    for case in cases:
        row = bench.row(case)
        print(_line(row.cells()), flush=True)
        status |= row.ratio > case.wanted
    return int(status)


def _print_estimates(bench: _Bench, cases: Sequence[Case], runs: int) -> int:
    """Print the medians of `shrink --no-build`; 1 if one takes longer than its goal.

    The CPU seconds are bpkit's and its docker clients', not the engine's: they stay the same if
    other work on the machine makes the wall time longer.
    """
    head = ("program", "seconds", "of CPU", f"`docker export` alone, median of {runs}")
    print(_line(head), _rule(head), sep="\n", flush=True)
    status = 0
    for case in cases:
        wall, cpu, export = bench.estimates(case, runs)
        print(_line((case.title, *(f"{one:.2f} s" for one in (wall, cpu, export)))), flush=True)
        status |= wall > _WANTED_SECONDS
    return int(status)


def _rule(head: Sequence[str]) -> str:
    return _line(("---", *("---:",) * (len(head) - 1)))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _sweep(client: Client, label: str) -> None:
    # Stages that the classic builder keeps have the project's label instead.
    for one in (label, *(image_label(_name(case), STAGE) for case in CASES)):
        if images := client("images", "-q", "--filter", f"label={one}").split():
            client("rmi", "-f", *dict.fromkeys(images))


def _name(case: Case) -> str:
    return f"bpkit-bench-{case.directory.rpartition('/')[2]}"


@dataclass(frozen=True)
class _Bench:
    client: Client
    label: str

    def row(self, case: Case) -> Row:
        name = _name(case)
        with tempfile.TemporaryDirectory(prefix="bpkit-bench.") as temporary:
            directory = Path(temporary, case.directory)
            shutil.copytree(CASES_DIRECTORY / case.directory, directory)
            naive = self._built(directory, case, name, "Dockerfile")
            stages = pair = None
            if not case.is_program:
                stages = self._built(directory, case, f"{name}-stages", "Dockerfile.stages")
                pair = self._pair(directory, case, f"{name}-pair")
            shrunk = self._shrunk(directory, case)
            self._built(directory, case, f"{name}-small", "Dockerfile.small")
            pulled = self._pulled(name), self._pulled(f"{name}-small")
            started = self._started(name, case), self._started(f"{name}-small", case)
            least = floor(self.client, name, case, self.label)
        return Row(case, naive, pair, stages, shrunk, least, pulled, started)

    def _pulled(self, tag: str) -> int:
        """The bytes of the image's layers as a registry stores them, compressed by gzip."""
        words = f"{self.client.program} save {tag} | gzip -6 | wc -c"
        env = {**os.environ, **self.client.env}
        return int(
            subprocess.run(words, shell=True, env=env, check=True, capture_output=True).stdout
        )

    def _started(self, tag: str, case: Case) -> float:
        """The median seconds from ``docker run`` to an open port, or to the program's end."""
        return statistics.median(self._start(tag, case) for _ in range(3))

    def _start(self, tag: str, case: Case) -> float:
        began = time.monotonic()
        words = ["run", "-d", "--label", self.label, tag]
        words += [] if case.port else shlex.split(case.runs[0])
        name = self.client(*words).strip()
        try:
            if not case.port:
                self.client("wait", name)
                return time.monotonic() - began
            form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
            address = self.client("inspect", "--format", form, name).strip()
            while time.monotonic() - began < _PATIENCE:
                with (
                    contextlib.suppress(OSError),
                    socket.create_connection((address, case.port), 1),
                ):
                    return time.monotonic() - began
                time.sleep(0.01)
            raise EngineError(f"{tag} does not listen on port {case.port}")
        finally:
            self.client("rm", "--force", "--volumes", name)

    def _built(self, directory: Path, case: Case, tag: str, file: str) -> int:
        arguments = [word for arg in case.build_args for word in ("--build-arg", arg)]
        path = str(directory / file)
        self.client(
            *("build", "-q", "-t", tag, "--label", self.label, *arguments, "-f", path),
            str(directory),
        )
        return self._size(tag)

    def _size(self, tag: str) -> int:
        return int(self.client("image", "inspect", "--format", "{{.Size}}", tag))

    def _pair(self, directory: Path, case: Case, tag: str) -> int:
        files = ("-f", "Dockerfile.build", "-f", "Dockerfile.runtime")
        artifacts = [word for one in case.artifacts for word in ("--artifact", one)]
        self._bpkit(
            case, "build", *files, *artifacts, *_build_args(case), "-t", tag, str(directory)
        )
        size = self._size(tag)
        self.client("rmi", "-f", tag, f"{tag}-build")
        return size

    def estimates(self, case: Case, runs: int) -> tuple[float, float, float]:
        """The median seconds of ``shrink --no-build``, of its CPU, and of an export of the image.

        The image is built first; one uncounted run fills the caches.
        """
        name = _name(case)
        with tempfile.TemporaryDirectory(prefix="bpkit-bench.") as temporary:
            directory = Path(temporary, case.directory)
            shutil.copytree(CASES_DIRECTORY / case.directory, directory)
            self._built(directory, case, name, "Dockerfile")
            self._estimated(directory, case, name)
            found: list[tuple[float, float, float]] = []
            for _ in range(runs):
                before = _cpu_of_children()
                wall = self._estimated(directory, case, name)
                cpu = _cpu_of_children() - before
                found.append((wall, cpu, self._export(name)))
        wall, cpu, export = (statistics.median(column) for column in zip(*found, strict=True))
        return wall, cpu, export

    def _export(self, tag: str) -> float:
        container = self.client("create", "--label", self.label, tag, "none").strip()
        try:
            began = time.monotonic()
            subprocess.run(
                ["env", self.client.program, "export", container],
                env={**os.environ, **self.client.env},
                stdout=subprocess.DEVNULL,
                check=True,
            )
            return time.monotonic() - began
        finally:
            self.client("rm", "-f", container)

    def _estimated(self, directory: Path, case: Case, tag: str) -> float:
        began = time.monotonic()
        keep = [word for path in case.keep for word in ("--keep", path)]
        self._bpkit(
            case, "shrink", "--no-build", "-f", "Dockerfile", "-t", tag, *keep, str(directory)
        )
        return time.monotonic() - began

    def _shrunk(self, directory: Path, case: Case) -> int:
        words = [word for run in case.runs for word in ("--probe", run)]
        words += [word for route in case.routes for word in ("--probe-http", route)]
        words = list(case.probes) if case.is_program else words
        words += [word for path in case.keep for word in ("--keep", path)]
        words += ["-f", "Dockerfile", "-o", "Dockerfile.small", *_build_args(case)]
        said = json.loads(self._bpkit(case, "shrink", "--json", *words, str(directory)))
        return int(said["after"])

    def _bpkit(self, case: Case, verb: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bpkit", verb, "--quiet", "--name", _name(case), *words],
            env={**user_environment(), **self.client.env},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.stderr.write(f"bpkit {verb} {' '.join(words)}\n{done.stdout}{done.stderr}")
            raise SystemExit(done.returncode)
        return done.stdout


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _build_args(case: Case) -> list[str]:
    return [word for arg in case.build_args for word in ("--build-arg", arg)]
