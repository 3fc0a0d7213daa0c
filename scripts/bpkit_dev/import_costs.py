"""Each dependency's cost at start-up: ``python -m scripts.bpkit_dev.import_costs``.

The CPU time that importing it adds to a Python that does nothing, in milliseconds: the median of
pairs run in turn. A program that runs as a separate process costs nothing here.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

#: bpkit's imports, by distribution, written as the code that uses them does.
IMPORTS = {
    "plumbum": "from plumbum import cli; import plumbum.commands",
    "ruamel.yaml": "import ruamel.yaml",
    "pygls": "from pygls.lsp.server import LanguageServer",
    "zstandard": "import zstandard",
}
PAIRS = 9


def costs(pairs: int = PAIRS) -> dict[str, float]:
    """Milliseconds by distribution, without those that aren't installed."""
    found = {}
    for name, statement in IMPORTS.items():
        argv = [sys.executable, "-c", statement]
        if subprocess.run(argv, stderr=subprocess.DEVNULL, check=False).returncode:
            continue
        added = [_seconds(statement) - _seconds("pass") for _ in range(pairs)]
        found[name] = statistics.median(added) * 1000
    return found


def _seconds(statement: str) -> float:
    """The CPU time of a Python that runs a statement. Raises CalledProcessError."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def costs_table(measured: dict[str, float], version: str) -> str:
    """The table for the page on dependencies."""
    lines = [f"| import | CPU time, Python {version} |", "| --- | ---: |"]
    lines += [f"| {name} | {milliseconds:.0f} ms |" for name, milliseconds in measured.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    print(costs_table(costs(), ".".join(map(str, sys.version_info[:2]))), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
