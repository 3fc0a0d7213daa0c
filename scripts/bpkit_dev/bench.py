"""Times two commands alternately (A B A B) and compares them.

A machine's speed drifts during a measurement, so every figure is a ratio of neighbouring runs, and
the median of these ratios is used.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bpkit.errors import EngineError
from scripts.bpkit_dev.launch import ROOT


@dataclass(frozen=True)
class Timed:
    """A command to time: its words, directory and environment."""

    argv: tuple[str, ...]
    directory: Path
    env: Mapping[str, str]

    def seconds(self) -> float:
        """The wall time of one run. Raises EngineError if it fails."""
        began = time.perf_counter()
        done = subprocess.run(
            self.argv,
            cwd=self.directory,
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        elapsed = time.perf_counter() - began
        if done.returncode != 0:
            said = done.stdout.decode("utf-8", "replace")[-2000:]
            raise EngineError(f"{' '.join(self.argv)} ended with status {done.returncode}:\n{said}")
        return elapsed


@dataclass(frozen=True)
class Comparison:
    """The medians of both commands in seconds, and the median of the pairs' ratios."""

    label: str
    ours: float
    theirs: float
    ratio: float
    pairs: int
    wanted: str = ""

    def row(self) -> str:
        """A row for the table in README."""
        return (
            f"| {self.label} | {_shown(self.theirs)} | {_shown(self.ours)} "
            f"| **{self.ratio:.2f}** | {self.wanted} |"
        )


def _shown(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 2 else f"{seconds * 1000:.0f} ms"


def user_environment() -> dict[str, str]:
    """An environment in which this checkout's bpkit runs as an installed one does.

    Python may cache its bytecode, whatever the current environment says.
    """
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def compare(
    label: str, ours: Timed, theirs: Timed, *, pairs: int, warm_up: int = 1, wanted: str = ""
) -> Comparison:
    """Run both in turn, ``warm_up`` times without counting, then ``pairs`` times."""
    for _ in range(warm_up):
        theirs.seconds()
        ours.seconds()
    runs = [(theirs.seconds(), ours.seconds()) for _ in range(pairs)]
    print(f"  {label}: {pairs} pairs", file=sys.stderr, flush=True)
    return Comparison(
        label,
        statistics.median(own for _, own in runs),
        statistics.median(other for other, _ in runs),
        statistics.median(own / other for other, own in runs),
        pairs,
        wanted,
    )


def table(title: str, rows: Sequence[Comparison], against: str = "lab's script") -> str:
    """The comparisons as a Markdown table."""
    head = f"| {title} | {against} | bpkit | ratio | wanted |\n| --- | ---: | ---: | ---: | --- |"
    return "\n".join([head, *(row.row() for row in rows)]) + "\n"
