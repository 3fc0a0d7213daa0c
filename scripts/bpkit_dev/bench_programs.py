"""Shrinks real programs with only a probe, and compares both images on all other routes.

A program is *right* if every route is answered as before, *refused* if nothing was written, *told*
if routes differ but there are hints, or if commands differ but the last line says that they were
not tried; and *wrong* if they differ silently. All hints are shown beside the differences, so that
a reader can judge whether they name the missing file.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path

from bpkit.errors import EngineError
from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.programs import DIRECTORY, Program, differing, programs, shrunk


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line per program; 1 if one is silently wrong."""
    parser = argparse.ArgumentParser("scripts/bench-programs", description=__doc__)
    parser.add_argument("names", nargs="*", help="names of programs; default: all")
    parser.add_argument("--flavour", help="an engine of scripts/engine; else the environment's")
    parser.add_argument("--keep", metavar="DIR", help="keep the files and output of shrink here")
    parser.add_argument(
        *("--programs", "-p"),
        type=Path,
        default=DIRECTORY,
        metavar="DIR",
        help="programs of your own: directories with a Dockerfile and a case.toml",
    )
    arguments = parser.parse_args(argv)
    flavour = arguments.flavour
    client = Client.of_flavour(flavour) if flavour else Client.of_environment()
    label = f"io.bpkit.bench={uuid.uuid4().hex}"
    every = programs(arguments.programs)
    wanted = [one for one in every if not arguments.names or one.name in arguments.names]
    head = "| program | verdict | before | after | seconds | besides the builds | what differs |"
    print(head, "| --- | --- | ---: | ---: | ---: | ---: | --- |", sep="\n", flush=True)
    verdicts: list[str] = []
    times: list[float] = []
    for program in wanted:
        try:
            verdict, seconds, cells = _row(client, program, label, arguments.keep)
        except EngineError as error:
            print(f"| {program.title} | not built | | | | | {str(error)[-300:]!r} |", flush=True)
            continue
        verdicts.append(verdict)
        times.append(seconds)
        print(f"| {' | '.join((program.title, verdict, *cells))} |", flush=True)
    right = verdicts.count("right")
    median = statistics.median(times) if times else 0.0
    print(
        f"\n{right} of {len(verdicts)} right, {verdicts.count('wrong')} wrong in silence; ", end=""
    )
    print(f"median {median:.1f} s besides the builds")
    return int("wrong" in verdicts)


def _row(
    client: Client, program: Program, label: str, keep: str | None
) -> tuple[str, float, tuple[str, ...]]:
    old, new = f"bench-programs-{program.name}", f"bench-programs-{program.name}-small"
    with tempfile.TemporaryDirectory(prefix="bpkit-bench.") as temporary:
        directory = Path(temporary, program.name)
        shutil.copytree(program.directory, directory)
        _build(client, directory, "Dockerfile", old)
        run = shrunk(client, program, directory, sys.executable)
        said = run.said
        if keep:
            place = Path(keep, program.name)
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            (place / "said.json").write_text(json.dumps(said, indent=1) + run.errors)
            (place / "Dockerfile").write_text(str(said.get("dockerfile", said.get("text", ""))))
        sizes = [f"{said.get(key, 0) / 1e6:,.0f} MB" for key in ("before", "after")]
        rest = run.seconds - float(said.get("build_seconds", 0.0))
        cells = (*sizes, f"{run.seconds:.1f}", f"{rest:.1f}")
        if run.status:
            why = str(said.get("refused") or said.get("error") or run.errors)
            return "refused", rest, (*cells, " ".join(why.split())[:300])
        _build(client, directory, "Dockerfile.small", new)
        unlike = differing(client, program, old, new, label)
        client("rmi", "-f", new)
    if not unlike:
        return "right", rest, (*cells, "")
    hints = said.get("hints") or []
    untried = said.get("unproven") or []
    requests = {*program.probe_http, *(path for path, _ in program.http)}
    is_of_commands = not any(one.startswith(tuple(requests)) for one in unlike if requests)
    told = "told" if hints or (untried and is_of_commands) else "wrong"
    left = [f"left out: {one['path']}: {one['why']}" for one in said.get("left") or ()]
    more = [*unlike, *hints, *left, *(f"not tried: {one}" for one in untried)]
    return told, rest, (*cells, "<br>".join(more).replace("|", "\\|"))


def _build(client: Client, directory: Path, file: str, tag: str) -> None:
    client("build", "-q", "-t", tag, "-f", str(directory / file), str(directory))
