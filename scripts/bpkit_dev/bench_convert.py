"""The time that ``bpkit convert`` takes to read long scripts and Makefiles, beyond start-up.

Each row is a builder-pattern project whose script has that many additional lines of one kind.
Seconds are processor time, of the process and those that it starts, the minimum of three runs.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

MOST_SECONDS = 1.0
_BUILD = "docker build -t app-build -f Dockerfile.build ."
_CARRY = ("docker create --name c app-build", "docker cp c:/out/app app", "docker rm c")
_LAST = "docker build -t app ."
_FILES = {
    "Dockerfile.build": "FROM alpine\nRUN mkdir /out && echo app > /out/app\n",
    "Dockerfile": "FROM alpine\nCOPY app /app\n",
}


def cases(lines: int) -> Mapping[str, tuple[str, str]]:
    """Each row's file name and text, by the row's title."""
    steps = [_BUILD, *_CARRY, _LAST, "rm app"]
    half = lines // 2
    many = " ".join(map(str, range(lines // 4)))
    recipe = "app:\n" + "".join(f"\t{step}\n" for step in steps)
    define = "define note\n@echo $(1) $(words $(2)) of $(NAMES)\nendef\n"
    return {
        "a script of plain commands": (
            "build.sh",
            "\n".join([*(f"echo step {n}" for n in range(lines)), *steps]),
        ),
        "a script of variables and conditions": (
            "build.sh",
            "\n".join(
                [f'V{n}="${{V{n}:-{n}}}"; [ -n "$V{n}" ] || V{n}=x' for n in range(lines)] + steps
            ),
        ),
        "a script of functions": (
            "build.sh",
            "\n".join(
                [f"f{n}() {{ echo {n}; }}" for n in range(half)]
                + [f"f{n}" for n in range(half)]
                + steps
            ),
        ),
        "a script that loops over builds": (
            "build.sh",
            "\n".join(
                [
                    *steps[:-2],
                    f"for n in {many}; do",
                    '  docker build --build-arg "N=$n" -t "app:$n" .',
                    "done",
                    "rm app",
                ]
            ),
        ),
        "a Makefile of variables": (
            "Makefile",
            "".join(f"V{n} := $(V{n - 1}) {n % 7}\n" for n in range(1, half))
            + "".join(f"W{n} ?= value {n}\n" for n in range(half))
            + recipe,
        ),
        "a Makefile of goals": (
            "Makefile",
            "".join(f"goal{n}: goal{n - 1}\n\techo {n}\n" for n in range(1, min(half, 90)))
            + "".join(f"other{n}:\n\tdocker run --rm x {n}\n" for n in range(half))
            + recipe,
        ),
        "a Makefile of $(call …)": (
            "Makefile",
            f"NAMES := {' '.join(f'n{n}' for n in range(40))}\n{define}"
            + recipe
            + "".join(f"\t$(call note,{n},$(NAMES))\n" for n in range(lines)),
        ),
        "a Makefile of $(shell …)": (
            "Makefile",
            "".join(f"S{n} := $(shell git describe --tags v{n})\n" for n in range(lines)) + recipe,
        ),
    }


def seconds(directory: Path, arguments: list[str]) -> float:
    """The processor time of a run of bpkit, the minimum of three."""
    command = [sys.executable, "-m", "bpkit", *arguments]
    found = []
    for _ in range(3):
        before = _spent()
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
        if done.returncode > 1:
            raise SystemExit(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}")
        found.append(_spent() - before)
    return min(found)


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Print the table; status 1 if a row is above the limit."""
    lines = int(sys.argv[1]) if sys.argv[1:] else 1000
    print(f"| {lines:,} lines | seconds of CPU beyond the start |\n| --- | --- |")
    worst = 0.0
    with tempfile.TemporaryDirectory() as top:
        start = seconds(Path(top), ["convert", "--help"])
        for number, (title, (name, text)) in enumerate(cases(lines).items()):
            project = Path(top) / str(number)
            project.mkdir()
            for file, content in {**_FILES, name: text + "\n"}.items():
                (project / file).write_text(content)
            taken = seconds(project, ["convert", "--to", "multi-stage", "--script", name]) - start
            worst = max(worst, taken)
            print(f"| {title} | {taken:.2f} |", flush=True)
    return int(worst > MOST_SECONDS)
