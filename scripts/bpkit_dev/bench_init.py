"""The command line of ``scripts/bench-init``: ``bpkit init`` on projects with many files.

Processor time, not wall time: the median of several runs, each in its own process.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_MANIFEST = '{"name": "big", "scripts": {"start": "node src/server.js"}}\n'
_SERVER = "require('http').createServer(() => {}).listen(process.env.PORT || 3000)\n"
_A_FOLDER = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each number of files."""
    parser = argparse.ArgumentParser(prog="scripts/bench-init", description=__doc__)
    parser.add_argument("--files", type=int, nargs="+", default=[2_000, 20_000], metavar="N")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    print("| files | CPU s |\n|---|---|")
    for files in options.files:
        with tempfile.TemporaryDirectory(prefix="bpkit-bench-init.") as folder:
            _project(Path(folder), files)
            seconds = statistics.median(_seconds(folder) for _ in range(options.runs))
        print(f"| {files:,} | {seconds:.2f} |")
    return 0


def _project(top: Path, files: int) -> None:
    """A Node.js program, and modules in directories of a hundred."""
    (top / "package.json").write_text(_MANIFEST)
    (top / "src").mkdir()
    (top / "src" / "server.js").write_text(_SERVER)
    for number in range(files - 2):
        folder = top / "src" / f"m{number // _A_FOLDER}"
        folder.mkdir(exist_ok=True)
        (folder / f"f{number}.js").write_text(f"module.exports = {number};\n" * 20)


def _seconds(folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "bpkit", "init", "--dry-run", "--buildkit", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
