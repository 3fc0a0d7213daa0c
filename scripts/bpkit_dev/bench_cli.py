"""The command line of ``scripts/bench``: bpkit against the lab's own script, on each engine."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bpkit.core.labels import image_label
from bpkit.errors import BpkitError
from scripts.bpkit_dev.bench import Comparison, Timed, compare, table, user_environment
from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.launch import ROOT

DESCRIPTION = """\
Time `python -m bpkit build` and the generated script against the lab's own script, side by side:
cold (nothing cached), cold with nothing to compile (the compiler hides what bpkit adds), warm
(nothing changed), and warm beside 300 MB of other files.
"""
UNRELATED = 300_000_000
# Each way has its own names: otherwise one would replace the other's tags.
TAG, LAB_TAG, SCRIPT_TAG = "bench-bpkit", "bench-lab", "bench-script"
STAGES_TAG = "bench-stages"
#: The lab sheet's script, with names of the benchmark's own.
LAB_SCRIPT = f"""\
#!/bin/sh
docker build $FLAGS -t {LAB_TAG}-build -f Dockerfile.build .
docker create --name {LAB_TAG}-container {LAB_TAG}-build
docker cp {LAB_TAG}-container:/myapp/hellogo ./hellogo
docker build $FLAGS -t {LAB_TAG} -f Dockerfile.runtime .
docker rm -f {LAB_TAG}-container
rm ./hellogo
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        print(table("start-up", list(_start_up(arguments.pairs)), "Python alone"), flush=True)
        for name in arguments.flavours:
            client = Client.of_flavour(name)
            print(table(name, list(_engine(client, arguments))), flush=True)
    except BpkitError as error:
        print(f"scripts/bench: {error}", file=sys.stderr)
        return error.status
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/bench", description=DESCRIPTION)
    parser.add_argument("flavours", nargs="*", default=["classic", "modern"], metavar="FLAVOUR")
    parser.add_argument("--pairs", type=int, default=11, help="pairs of warm runs (11)")
    parser.add_argument(
        "--cold", type=int, default=3, help="pairs of cold runs (3); 0 leaves them out"
    )
    return parser


def _start_up(pairs: int) -> Iterator[Comparison]:
    """Python that does nothing, against bpkit that prints its version or its help."""
    env = user_environment()
    bare = Timed((sys.executable, "-c", "pass"), ROOT, env)
    for switch in ("--version", "--help"):
        own = Timed((sys.executable, "-m", "bpkit", switch), ROOT, env)
        wanted = "at most 40 ms more"
        yield compare(f"`bpkit {switch}`", own, bare, pairs=pairs * 2, wanted=wanted)


def _engine(client: Client, arguments: argparse.Namespace) -> Iterator[Comparison]:
    with tempfile.TemporaryDirectory(prefix="bpkit-bench-") as made:
        project = Path(made, "hellogo")
        shutil.copytree(ROOT / "examples/builder-pattern", project)
        lab = project / "lab.sh"
        lab.write_text(LAB_SCRIPT)
        env = {**user_environment(), **client.env, "XDG_CACHE_HOME": str(Path(made, "cache"))}
        try:
            yield from _scenarios(project, env, arguments)
            yield from _multi_stage(Path(made, "welcome"), env, arguments.pairs)
        finally:
            for tag in (TAG, LAB_TAG, SCRIPT_TAG, STAGES_TAG):
                for image in (tag, f"{tag}-build"):
                    client.succeeds("rmi", image)


def _multi_stage(project: Path, env: Mapping[str, str], pairs: int) -> Iterator[Comparison]:
    """The two-stage lab, warm: against the command a user would run instead, and the minimum."""
    shutil.copytree(ROOT / "examples/multi-stage", project)
    ours = Timed(
        (sys.executable, "-m", "bpkit", "build", "--no-check", "-t", STAGES_TAG), project, env
    )
    docker = env.get("DOCKER", "docker")
    plain = Timed((docker, "build", "-t", f"{STAGES_TAG}-build", "."), project, env)
    yield compare(
        "two stages, warm, `docker build` itself", ours, plain, pairs=pairs, wanted="at most 0.60"
    )
    ask = '"$0" -c pass; "$1" image inspect "$2" golang >/dev/null'
    least = Timed(("sh", "-c", ask, sys.executable, docker, STAGES_TAG), project, env)
    yield compare(
        "two stages, warm, Python alone and `image inspect`",
        ours,
        least,
        pairs=pairs,
        wanted="at most 2.00",
    )


@contextmanager
def _copied_instead_of_compiled(project: Path) -> Iterator[None]:
    """Within the block, the project has a build image that takes no time of its own."""
    dockerfile = project / "Dockerfile.build"
    before = dockerfile.read_text()
    dockerfile.write_text(re.sub(r"(?m)^RUN .*", "RUN cp hellogo.go hellogo", before))
    try:
        yield
    finally:
        dockerfile.write_text(before)


def _scenarios(
    project: Path, env: Mapping[str, str], arguments: argparse.Namespace
) -> Iterator[Comparison]:
    bpkit = (sys.executable, "-m", "bpkit")
    build = (*bpkit, "build", "--no-check", "-t", TAG)
    lab = Timed(("sh", "lab.sh"), project, {**env, "FLAGS": ""})
    cold_lab = Timed(lab.argv, project, {**env, "FLAGS": "--no-cache"})
    ours, cold = Timed(build, project, env), Timed((*build, "--no-cache"), project, env)
    Timed((*bpkit, "script", "-t", SCRIPT_TAG), project, env).seconds()
    script = Timed(("./setup_builder_pattern.sh",), project, env)
    if arguments.cold:
        yield compare(
            "cold, without the check",
            cold,
            cold_lab,
            pairs=arguments.cold,
            warm_up=0,
            wanted="at most 1.03",
        )
        with _copied_instead_of_compiled(project):
            yield compare("cold, nothing compiled", cold, cold_lab, pairs=arguments.pairs)
            flags = {"FLAGS": f"--no-cache --label {image_label(LAB_TAG, 'lab')}"}
            labelled = Timed(lab.argv, project, {**env, **flags})
            yield compare(
                "the same, labelled by both",
                cold,
                labelled,
                pairs=arguments.pairs,
                wanted="at most 1.10",
            )
    yield compare("warm", ours, lab, pairs=arguments.pairs, wanted="at most 0.70")
    yield compare(
        "warm, the generated script", script, lab, pairs=arguments.pairs, wanted="at most 1.00"
    )
    other = project / "unrelated"
    other.mkdir()
    for number in range(30):
        (other / f"{number}.bin").write_bytes(os.urandom(UNRELATED // 30))
    yield compare(
        "warm, 300 MB of other files",
        ours,
        lab,
        pairs=max(3, arguments.pairs // 3),
        wanted="at most 0.15 (classic)",
    )
