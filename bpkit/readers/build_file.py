"""A script, a Makefile or a workflow that builds images; the file's name shows which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bpkit.errors import InputError, Place
from bpkit.readers.ci import JobCommands, commands_of, is_workflow
from bpkit.readers.makefile import is_makefile, read_makefile
from bpkit.readers.script import (
    Assumption,
    BuildImage,
    CopyOut,
    Fate,
    RunContainer,
    ScriptReading,
    read_script,
)


def read_build_file(
    text: str,
    name: str,
    environment: Mapping[str, str] | None = None,
    *,
    arguments: tuple[str, ...] = (),
    directory: str = ".",
    files: Mapping[str, str] | None = None,
) -> ScriptReading:
    """The actions of the file in ``text``; the arguments are those of ``read_script``.

    ``arguments`` are the goals of a Makefile, the script to follow in package.json, or the job in a
    CI file; without one, the job that makes the most images. Raises InputError for text that can't
    be read.
    """
    if is_makefile(name):
        return read_makefile(
            text, name, environment, goals=arguments, directory=directory, files=files
        )
    if is_workflow(name):
        return _read_jobs(text, name, environment, arguments, directory, files)
    return read_script(
        text, name, environment, arguments=arguments, directory=directory, files=files
    )


def _read_jobs(
    text: str,
    name: str,
    environment: Mapping[str, str] | None,
    wanted: tuple[str, ...],
    directory: str,
    files: Mapping[str, str] | None,
) -> ScriptReading:
    """The chosen job, or the one that carries files into an image and makes the most images."""
    jobs = commands_of(text, name)
    readings = [
        read_script(job.script, name, environment, directory=directory, files=files) for job in jobs
    ]
    known = [job.names[-1] for job in jobs if job.names]
    if wanted and known and wanted[0] not in known:
        raise InputError(
            f"the file has no job '{wanted[0]}'",
            place=Place(name),
            hint=f"its jobs are: {', '.join(known)}",
        )
    if not readings:
        return read_script("", name, environment)
    order = sorted(range(len(jobs)), key=lambda n: (_carries(readings[n]), -n), reverse=True)
    best = known.index(wanted[0]) if wanted and known else order[0]
    return _with_others(best, jobs, readings, name, is_chosen=bool(wanted))


def _carries(found: ScriptReading) -> tuple[bool, int]:
    takes = any(isinstance(action, CopyOut | RunContainer) for action in found.actions)
    images = sum(isinstance(action, BuildImage) for action in found.actions)
    return takes and images > 1, images


def _with_others(
    best: int,
    jobs: tuple[JobCommands, ...],
    readings: list[ScriptReading],
    name: str,
    *,
    is_chosen: bool,
) -> ScriptReading:
    """The reading of one job, with the other jobs' lines kept unchanged."""
    found, names = readings[best], jobs[best].names
    kind = "script" if name == "package.json" else "job"
    own = {line.place for line in found.lines}
    called = " and ".join(f"'{one}'" for one in names)
    lines = list(found.lines)
    for other in readings:
        for line in other.lines:
            if line.place not in own:
                own.add(line.place)
                lines.append(replace(line, fate=Fate.KEPT, why=f"not part of the {kind} {called}"))
    lines.sort(key=lambda line: line.place.line or 0)
    said = []
    if len(jobs) > 1 and not is_chosen:
        said.append(Assumption(Place(name), f"the images are made by the {kind} '{names[-1]}'"))
    if len(names) > 1:
        givers = " and ".join(f"'{one}'" for one in names[:-1])
        text = f"the job '{names[-1]}' is assumed to receive the files of {givers}"
        said.append(Assumption(Place(name), text))
    return replace(found, lines=tuple(lines), assumptions=(*said, *found.assumptions))
