"""Sizes of the same program's image made in four ways, against what it needs at least.

Every figure is of an image that was built and asked here: ``bpkit shrink`` gets the runs and routes
of the case as its probes, and writes nothing where one is answered otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bpkit.labels import image_label
from bpkit.recipe import STAGE
from scripts.bpkit_dev.bench_cases import CASES, CASES_DIRECTORY, Case
from scripts.bpkit_dev.bench_floor import floor
from scripts.bpkit_dev.client import Client

_ROOT = Path(__file__).resolve().parents[2]
_HEAD = (
    *("program", "naive", "builder pattern", "multi-stage by hand", "bpkit shrink", "floor"),
    *("shrink : floor", "estimate takes"),
)


@dataclass(frozen=True)
class Row:
    """The sizes in bytes, and the seconds that ``shrink --no-build`` takes."""

    case: Case
    naive: int
    pair: int
    stages: int
    shrunk: int
    floor: int
    seconds: float

    @property
    def ratio(self) -> float:
        return self.shrunk / self.floor

    def cells(self) -> tuple[str, ...]:
        """The row of the table; what is more than wanted is marked."""
        sizes = (self.naive, self.pair, self.stages, self.shrunk, self.floor)
        mark = "" if self.ratio <= self.case.wanted else " (too much)"
        return (
            self.case.title,
            *(f"{size:,}" for size in sizes),
            f"{self.ratio:.3f}{mark}",
            f"{self.seconds:.1f} s",
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the table; 1 if a wish of the issue is not fulfilled."""
    parser = argparse.ArgumentParser("scripts/bench-size", description=__doc__)
    parser.add_argument("cases", nargs="*", help="directories of cases; default: all")
    parser.add_argument("--flavour", help="an engine of scripts/engine; else the environment's")
    arguments = parser.parse_args(argv)
    flavour = arguments.flavour
    client = Client.of_flavour(flavour) if flavour else Client.of_environment()
    label = f"io.bpkit.bench={uuid.uuid4().hex}"
    rows: list[Row] = []
    print(_line(_HEAD), _line(("---", *("---:",) * (len(_HEAD) - 1))), sep="\n", flush=True)
    try:
        for case in CASES:
            if not arguments.cases or case.directory in arguments.cases:
                rows.append(_Bench(client, label).row(case))
                print(_line(rows[-1].cells()), flush=True)
    finally:
        _sweep(client, label)
    return int(any(row.ratio > row.case.wanted for row in rows))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _sweep(client: Client, label: str) -> None:
    # What the classic builder keeps of stages carries the project's label instead.
    for one in (label, *(image_label(_name(case), STAGE) for case in CASES)):
        if images := client("images", "-q", "--filter", f"label={one}").split():
            client("rmi", "-f", *dict.fromkeys(images))


def _name(case: Case) -> str:
    return f"bpkit-bench-{case.directory}"


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
            stages = self._built(directory, case, f"{name}-stages", "Dockerfile.stages")
            pair = self._pair(directory, case, f"{name}-pair")
            seconds = self._estimated(directory, case, name)
            shrunk = self._shrunk(directory, case)
            least = floor(self.client, name, case, self.label)
        return Row(case, naive, pair, stages, shrunk, least, seconds)

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
        words += [word for path in case.keep for word in ("--keep", path)]
        words += ["-f", "Dockerfile", "-o", "Dockerfile.small", *_build_args(case)]
        said = json.loads(self._bpkit(case, "shrink", "--json", *words, str(directory)))
        return int(said["after"])

    def _bpkit(self, case: Case, verb: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bpkit", verb, "--quiet", "--name", _name(case), *words],
            env={**os.environ, **self.client.env, "PYTHONPATH": str(_ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.stderr.write(f"bpkit {verb} {' '.join(words)}\n{done.stdout}{done.stderr}")
            raise SystemExit(done.returncode)
        return done.stdout


def _build_args(case: Case) -> list[str]:
    return [word for arg in case.build_args for word in ("--build-arg", arg)]
