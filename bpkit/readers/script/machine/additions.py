"""Instructions that are added to an image's Dockerfile for what happened to a container of it."""

from __future__ import annotations

import posixpath

from bpkit.errors import InputError
from bpkit.formats.dockerfile import DockerfileError
from bpkit.readers.script.machine.host import key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine
from bpkit.readers.script.machine.runs import run_instructions
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.values import Value


def add_run(
    machine: Machine,
    words: tuple[Value, ...],
    run: calls.RunContainer | calls.Exec,
    built: BuiltImage,
) -> str:
    """Let the image's Dockerfile run the command; returns the RUN. Raises DockerfileError."""
    try:
        made = run_instructions(words, run, built.dockerfile)
    except DockerfileError as error:
        raise error.at(run.source.place) from error
    text = made.lines[-1]
    if text not in built.added:
        built.added += made.lines
        built.take_arguments(made.arguments)
        machine.remarks.note(f"{text} added to {built.dockerfile.name}", run.source.place)
    return text


def add_copy(machine: Machine, action: calls.CopyIn, built: BuiltImage) -> None:
    """Let the Dockerfile COPY what ``docker cp`` put into a container. Raises InputError."""
    origin, path = action.origin, action.path.text
    place = action.source.place
    if origin is None or path is None or not origin.in_project:
        raise InputError(
            "what goes into this container is not known",
            place=place,
            hint="COPY it in the Dockerfile",
        )
    source = key(origin)
    if any(machine.host.below(source)):
        raise InputError(
            f"{source} is made by the script, and goes into a container that exists already",
            place=place,
            hint="COPY it in the Dockerfile that the container is of",
        )
    if machine.ground.ignores(".", source):
        raise InputError(
            f"docker cp takes {source}, and .dockerignore keeps it from COPY",
            place=place,
            hint=f"let {source} in in .dockerignore",
        )
    text = f"COPY {source} {_destination(machine, action, built, path)}"
    built.added.append(text)
    machine.remarks.note(f"{text} added to {built.dockerfile.name}", place)
    machine.decide(place, Fate.CARRIED, f"is {text} in the build stage now")


def _destination(machine: Machine, action: calls.CopyIn, built: BuiltImage, path: str) -> str:
    """Where COPY puts what ``docker cp`` put into ``path``."""
    assert action.origin is not None
    source = key(action.origin)
    target = posixpath.normpath("/" + path.lstrip("/"))
    is_file = machine.ground.text(source) is not None
    if action.origin.ending == "/.":
        return f"{target}/"
    is_directory = path.endswith("/") or target == built.started().workdir
    name = posixpath.basename(source)
    if is_directory:
        return f"{target.rstrip('/')}/" if is_file else posixpath.join(target, name)
    if is_file and posixpath.basename(target) == name:
        return target
    raise InputError(
        f"whether {target} is a directory in the container, into which {source} goes, is not known",
        place=action.source.place,
        hint="end the path with a slash if it is one, or COPY it in a Dockerfile",
    )
