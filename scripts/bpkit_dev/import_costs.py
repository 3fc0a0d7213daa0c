"""What each dependency costs at start: ``python -m scripts.bpkit_dev.import_costs``.

The CPU time that ``import`` of it adds to a Python that does nothing, in milliseconds: the median
of pairs run in turn. A program that is started as a process of its own has no such time.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

#: What bpkit imports, by distribution: the names as the code that uses them does.
IMPORTS = {
    "plumbum": "from plumbum import cli; import plumbum.commands",
    "ruamel.yaml": "import ruamel.yaml",
    "pygls": "from pygls.lsp.server import LanguageServer",
    "zstandard": "import zstandard",
}
PAIRS = 9


def costs(pairs: int = PAIRS) -> dict[str, float]:
    """Milliseconds by distribution; one that is not installed is left out."""
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
    """The table of the page on dependencies."""
    lines = [f"| import | CPU time, Python {version} |", "| --- | ---: |"]
    lines += [f"| {name} | {milliseconds:.0f} ms |" for name, milliseconds in measured.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    print(costs_table(costs(), ".".join(map(str, sys.version_info[:2]))), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
