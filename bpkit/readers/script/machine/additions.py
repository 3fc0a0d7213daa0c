"""Instructions added to an image's Dockerfile for what a script does to a container of it."""

from __future__ import annotations

import posixpath
import re

from bpkit.errors import InputError
from bpkit.formats.dockerfile import DockerfileError
from bpkit.readers.script.machine.archives import check_file
from bpkit.readers.script.machine.host import Out, key
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
    """Add a RUN for the command to the image's Dockerfile and return it. Raises DockerfileError."""
    try:
        made = run_instructions(words, run, built.dockerfile)
    except DockerfileError as error:
        raise error.at(run.source.place) from error
    text = made.lines[-1]
    built.ran[run.source.place] = text
    if text not in built.added:
        built.added += made.lines
        built.take_arguments(made.arguments)
        machine.remarks.note(f"{text} added to {built.dockerfile.name}", run.source.place)
    return text


def note_artifact(machine: Machine, action: calls.CopyIn) -> None:
    """Remember the artifact copied into a container: its file may be removed later."""
    for rest, found in machine.host.below(key(action.origin)) if action.origin else ():
        if rest == "." and isinstance(found, Out):
            machine.carried_in[action.source.place] = found


def _artifact_copied(machine: Machine, action: calls.CopyIn, built: BuiltImage, found: Out) -> str:
    """The COPY of an artifact that replaces ``docker cp`` of it. Raises InputError."""
    assert action.origin is not None
    assert action.path.text is not None
    check_file(found)
    maker = next(one for one in machine.built if one.name == found.maker)
    target = posixpath.normpath("/" + action.path.text.lstrip("/"))
    name = posixpath.basename(key(action.origin))
    into = action.path.text.endswith("/") or target == built.started().workdir
    is_contents = found.path.endswith("/.") and action.origin.ending == "/."
    if into and not is_contents:
        target = posixpath.join(target, name)
    elif not into and posixpath.basename(target) != name and not is_contents:
        raise InputError(
            f"whether {target}, the target of {name}, is a directory in the container is not known",
            place=action.source.place,
            hint="end the path with a slash if it is a directory",
        )
    source = found.path.removesuffix("/.")
    if not maker.tag or not re.fullmatch(r"[\w./+=,@-]+", f"{source}{target}"):
        raise InputError(
            f"{source} is copied into another container, which COPY can't copy from",
            place=action.source.place,
            hint="name its image with -t, and COPY it in the Dockerfile",
        )
    return f"COPY --from={maker.tag} --chown=0:0 {source} {target}"


def add_copy(machine: Machine, action: calls.CopyIn, built: BuiltImage) -> None:
    """Add a COPY of what ``docker cp`` put into a container. Raises InputError."""
    origin, path = action.origin, action.path.text
    place = action.source.place
    is_known = place in machine.carried_in or (origin is not None and origin.in_project)
    if origin is None or path is None or not is_known:
        raise InputError(
            "what is copied into this container is not known",
            place=place,
            hint="COPY it in the Dockerfile",
        )
    source = key(origin)
    if (found := machine.carried_in.get(place)) is not None:
        text = _artifact_copied(machine, action, built, found)
        machine.unpacked.add(found.place)
        _add(machine, built, text, action)
        return
    if any(machine.host.below(source)):
        raise InputError(
            f"{source} is made by the script and copied into a container that exists already",
            place=place,
            hint="COPY it in the Dockerfile of the container's image",
        )
    if machine.ground.ignores(".", source):
        raise InputError(
            f"docker cp copies {source}, which .dockerignore excludes from COPY",
            place=place,
            hint=f"remove the line that excludes {source} from .dockerignore",
        )
    text = f"COPY {source} {_destination(machine, action, built, path)}"
    _add(machine, built, text, action)


def _add(machine: Machine, built: BuiltImage, text: str, action: calls.CopyIn) -> None:
    built.added.append(text)
    machine.remarks.note(f"{text} added to {built.dockerfile.name}", action.source.place)
    machine.decide(action.source.place, Fate.CARRIED, f"becomes {text} in the build stage")


def _destination(machine: Machine, action: calls.CopyIn, built: BuiltImage, path: str) -> str:
    """The destination of a COPY in place of ``docker cp`` to ``path``."""
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
        f"whether {target}, the target of {source}, is a directory in the container is not known",
        place=action.source.place,
        hint="end the path with a slash if it is a directory, or COPY it in a Dockerfile",
    )
