"""The command line of ``scripts/bench-lint``: the processor time of lint."""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bpkit.verbs.lint.table import CHECKS

DESCRIPTION = """\
Seconds of processor time (of bpkit and what it starts, medians) for `bpkit lint --help`, for
`bpkit lint` of one Dockerfile, and for `bpkit lint -r` of 1,000 of them: the failing examples of
all rules in turn, each in a directory of its own. hadolint and docker's own checks are left out.
Compiled modules are kept in a directory of the benchmark's own, as an installed bpkit has them.
"""
FILES = 1000
_LINT = ("lint", "--without", "docker", "--without", "hadolint")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status."""
    parser = argparse.ArgumentParser("scripts/bench-lint", description=DESCRIPTION)
    parser.add_argument("--runs", type=int, default=5, help="runs of each (5)")
    runs = parser.parse_args(argv).runs
    with tempfile.TemporaryDirectory() as parent:
        one, many = Path(parent, "one"), Path(parent, "many")
        texts = [check.RULE.failing for check in CHECKS]
        for number in range(FILES):
            directory = many / str(number)
            directory.mkdir(parents=True)
            (directory / "Dockerfile").write_text(texts[number % len(texts)])
        one.mkdir()
        (one / "Dockerfile").write_text(texts[0])
        start = _median(runs, one, parent, "lint", "--help")
        single = _median(runs, one, parent, *_LINT)
        whole = _median(1, many, parent, *_LINT, "-r")
    beyond = (single - start) * 1000
    print(f"lint --help             {start:6.3f} s")
    print(f"lint, 1 file            {single:6.3f} s  ({beyond:.0f} ms beyond the start)")
    print(f"lint -r, {FILES:,} files    {whole:6.3f} s")
    return 0


def _median(runs: int, directory: Path, parent: str, *words: str) -> float:
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = os.path.join(parent, "pycache")
    command = [sys.executable, "-m", "bpkit", *words]

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=directory, env=env, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    seconds()
    return statistics.median(seconds() for _ in range(runs))
