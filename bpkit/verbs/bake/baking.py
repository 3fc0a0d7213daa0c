"""Builds a workspace with ``docker buildx bake`` on one of buildx's builders, which schedules it.

An image that a builder keeps, pushes, or adds to a manifest isn't among the engine's images: bpkit
can't know whether it is up to date, and the builder's cache decides.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from bpkit.core import BuildOptions, Engine, ProgramMissingError, start
from bpkit.errors import EngineError, InputError, NoEngineError
from bpkit.readers.workspace import clashes
from bpkit.verbs.bake.run import bake_text
from bpkit.verbs.ls import Survey


def bake_on(
    builder: str,
    survey: Survey,
    names: Iterable[str],
    options: BuildOptions,
    engine: Engine,
    *,
    push: bool = False,
) -> tuple[str, ...]:
    """Build the images with these names (default: all) and what they need; returns their names.

    buildx writes its progress to standard error. Raises EngineError if it fails, InputError for
    a member that bake can't build.
    """
    chosen = chosen_for(survey, names, options)
    with tempfile.TemporaryDirectory(prefix="bpkit-bake.") as temporary:
        file = Path(temporary) / "docker-bake.json"
        file.write_text(bake_text(survey, chosen), encoding="utf-8")
        argv = bake_command(builder, chosen, options, engine, file=str(file), push=push)
        try:
            process = start(argv, cwd=str(survey.directory), stdout=subprocess.DEVNULL)
        except ProgramMissingError:
            raise NoEngineError(f"'{engine.words[0]}' is not on PATH") from None
        try:
            status = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if status:
        raise EngineError(
            f"buildx failed with status {status} on the builder '{builder}'",
            hint=f"see its messages above; '{engine.words[0]} buildx inspect {builder}' says "
            "whether it is up, and for which platforms it builds",
        )
    return chosen


def chosen_for(survey: Survey, names: Iterable[str], options: BuildOptions) -> tuple[str, ...]:
    """The images of these names (all, if there are none), and what they need.

    Raises InputError for a member that bake can't build.
    """
    chosen = survey.graph.needed_by(survey.workspace.chosen(names) or survey.graph.names)
    for clash in clashes(survey.member(name).target for name in chosen):
        raise clash
    if options.secrets or options.ssh:
        raise InputError(
            "--secret and --ssh are not passed on to a builder of a workspace",
            hint="declare them in the Compose file, the Bake file or bpkit.toml",
        )
    bake_text(survey, chosen)
    return chosen


def bake_command(
    builder: str,
    chosen: Iterable[str],
    options: BuildOptions,
    engine: Engine,
    *,
    file: str,
    push: bool = False,
) -> tuple[str, ...]:
    """The call of buildx that builds these targets of the Bake file."""
    words = ("buildx", "bake", "--builder", builder, "--file", file)
    return (*engine.words, *words, *_switches(options, push=push), *chosen)


def _switches(options: BuildOptions, *, push: bool) -> Iterator[str]:
    if push:
        yield "--push"
    if options.load:
        yield "--load"
    if options.no_cache:
        yield "--no-cache"
    if options.pull:
        yield "--pull"
    if options.platform:
        yield from ("--set", f"*.platform={options.platform}")
    for name, value in options.build_args:
        # Without a value, buildx uses the environment's.
        yield from ("--set", f"*.args.{name}" if value is None else f"*.args.{name}={value}")
