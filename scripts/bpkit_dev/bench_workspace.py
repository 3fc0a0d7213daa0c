"""The command line of ``scripts/bench-workspace``: many images, built as users would and by bpkit.

Each image is a pair of busybox stages and a file of its own, so that only the way of building makes
a difference. The ways take turns within one run: a loop over classic scripts (build, create, cp,
build, rm), a loop of ``docker build``, ``docker buildx bake``, and ``bpkit build --all``; cold
(nothing cached), nothing changed, and one file of one image changed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bpkit.errors import BpkitError
from scripts.bpkit_dev.bench_standin import standin_table
from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.launch import ROOT

_PREFIX = "benchws"
KINDS = ("scripts", "docker build", "bake", "bpkit")
_MULTI = (
    "FROM busybox AS build\nCOPY data /src\nRUN cp /src /out\n"
    "FROM busybox\nCOPY --from=build /out /data\n"
)
_BUILD = "FROM busybox\nCOPY data /src\nRUN cp /src /out\n"
_RUNTIME = "FROM busybox\nCOPY out /data\n"
_SCRIPT = """\
set -e
cd "$1"
docker build -q -t {prefix}-s-$1-build -f Dockerfile.build .
docker create --name {prefix}-$1 {prefix}-s-$1-build true
docker cp {prefix}-$1:/out ./out
docker build -q -t {prefix}-s-$1 -f Dockerfile.runtime .
docker rm -f {prefix}-$1
rm ./out
"""


@dataclass(frozen=True)
class Way:
    """One way to build all images: its command, and its own directory."""

    name: str
    argv: tuple[str, ...]
    directory: Path


def ways(top: Path, images: int, kinds: Sequence[str], *, has_bake: bool) -> Iterator[Way]:
    """Write the images once for each way, so that none sees another's work."""
    names = [f"i{number:04}" for number in range(images)]
    for kind in kinds:
        if kind == "bake" and not has_bake:
            continue
        directory = top / kind.replace(" ", "-")
        for number, name in enumerate(names):
            member = directory / name
            member.mkdir(parents=True)
            # Unique for each way and image, so that no other one's cache is used.
            (member / "data").write_text(f"{kind} {number} {os.urandom(8).hex()}\n")
            if kind == "scripts":
                (member / "Dockerfile.build").write_text(_BUILD)
                (member / "Dockerfile.runtime").write_text(_RUNTIME)
            else:
                (member / "Dockerfile").write_text(_MULTI)
        yield Way(kind, _command(kind, directory, names), directory)


def _command(kind: str, directory: Path, names: Sequence[str]) -> tuple[str, ...]:
    if kind == "scripts":
        (directory / "one.sh").write_text(_SCRIPT.format(prefix=_PREFIX))
        return ("sh", "-c", f"for i in {' '.join(names)}; do sh one.sh $i || exit 1; done")
    if kind == "docker build":
        loop = (
            f"for i in {' '.join(names)}; do docker build -q -t {_PREFIX}-d-$i $i || exit 1; done"
        )
        return ("sh", "-c", loop)
    services = [
        f"  {name}: {{image: {_PREFIX}-{kind[:2]}-{name}, build: {name}}}\n" for name in names
    ]
    (directory / "compose.yaml").write_text("services:\n" + "".join(services))
    if kind == "bake":
        return ("docker", "buildx", "bake", "--load", "-f", "compose.yaml")
    return (sys.executable, "-m", "bpkit", "build", "--all", "--quiet")


def seconds(way: Way, env: Mapping[str, str]) -> float:
    """The time that the way takes now. Raises BpkitError if it fails."""
    began = time.monotonic()
    done = subprocess.run(way.argv, cwd=way.directory, env=env, capture_output=True, check=False)
    if done.returncode:
        raise BpkitError(f"{way.name}: {done.stderr.decode(errors='replace')[-800:]}")
    return time.monotonic() - began


def measured(found: Sequence[Way], env: Mapping[str, str], rounds: int) -> dict[str, list[float]]:
    """The medians for each way (cold, nothing changed, one changed), measured alternately."""
    figures = {way.name: [seconds(way, env)] for way in found}
    same: dict[str, list[float]] = {way.name: [] for way in found}
    one: dict[str, list[float]] = {way.name: [] for way in found}
    for number in range(rounds):
        for way in found:
            same[way.name].append(seconds(way, env))
        for way in found:
            text = f"{way.name} {number} {os.urandom(8).hex()}\n"
            (way.directory / "i0000" / "data").write_text(text)
            one[way.name].append(seconds(way, env))
    for way in found:
        figures[way.name] += [statistics.median(same[way.name]), statistics.median(one[way.name])]
    return figures


def table(flavour: str, images: int, figures: Mapping[str, Sequence[float]]) -> str:
    """The figures in Markdown, each with its ratio to the first: the loop over scripts."""
    rows = [
        f"| {flavour}, {images} images | cold | nothing changed | one changed |",
        "| --- | ---: | ---: | ---: |",
    ]
    base = next(iter(figures.values()))
    for name, times in figures.items():
        cells = [f"{t:.2f} s ({t / b:.2f})" for t, b in zip(times, base, strict=True)]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("scripts/bench-workspace", description=__doc__)
    parser.add_argument("flavours", nargs="*", default=["classic", "modern"], metavar="FLAVOUR")
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ways", nargs="+", choices=KINDS, default=KINDS, help="default: all")
    parser.add_argument(
        "--stand-in",
        type=int,
        nargs="+",
        metavar="IMAGES",
        help="instead: bpkit's own cost for each image, on a stand-in for the engine",
    )
    given = parser.parse_args(argv)
    if given.stand_in:
        print(standin_table(given.stand_in))
        return 0
    try:
        for flavour in given.flavours:
            client = Client.of_flavour(flavour)
            top = Path(tempfile.mkdtemp(prefix=_PREFIX))
            cache = {"XDG_CACHE_HOME": str(top / "cache"), "PYTHONPATH": str(ROOT)}
            env = {**os.environ, **client.env, **cache}
            try:
                has_bake = client.succeeds("buildx", "version")
                found = list(ways(top, given.images, given.ways, has_bake=has_bake))
                print(table(flavour, given.images, measured(found, env, given.rounds)), flush=True)
            finally:
                _sweep(client)
                shutil.rmtree(top, ignore_errors=True)
    except BpkitError as error:
        print(f"scripts/bench-workspace: {error}", file=sys.stderr)
        return error.status
    return 0


def _sweep(client: Client) -> None:
    form = "{{.Repository}}:{{.Tag}}"
    reference = f"reference={_PREFIX}-*"
    names = client("images", "--format", form, "--filter", reference).split()
    if names:
        client("rmi", "--force", *names)
