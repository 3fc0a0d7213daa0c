"""``docker run`` and ``docker cp`` of a script: what comes out of containers, what runs in them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bpkit.errors import InputError
from bpkit.formats.dockerfile import DockerfileError
from bpkit.readers.script.machine.archives import not_followed, put_archive
from bpkit.readers.script.machine.host import Out, key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer
from bpkit.readers.script.machine.runs import (
    command_of,
    is_idle,
    packed_by,
    run_instructions,
    words_of,
    workdir_of,
)
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate, unknown
from bpkit.readers.script.model.streams import ToFile, ToTerminal, ToUntar
from bpkit.readers.script.model.values import HostPath, Value


def run_container(machine: Machine, action: calls.RunContainer) -> None:
    """``docker run``: what it prints may be artifacts, what it does a RUN. Raises InputError."""
    built = machine.image(action.image)
    container = ScriptContainer(built, begun=action.source.place)
    machine.containers[str(action.container)] = container
    match action.output:
        case ToFile() as file if not _is_nowhere(file.path):
            _printed(machine, action, built, file)
        case ToUntar():
            _unpacked(machine, action, built, action.output)
        case _:
            command = command_of(action, built.image())
            if command is None or not is_idle(command):
                container.ran.append(action)
            container.by_base = command == ()
            _judge_run(machine, action, command)


def _judge_run(
    machine: Machine, action: calls.RunContainer, command: tuple[str, ...] | None
) -> None:
    shares = [m for m in action.mounts if m.host is not None and m.host.in_project]
    writes = [m for m in shares if "ro" not in m.options]
    if writes and not action.detached and (command is None or not is_idle(command)):
        raise InputError(
            f"a container works on {writes[0].host}, a directory of the host",
            hint="let a Dockerfile do it: COPY what it needs, RUN what it runs, and take the "
            "result out of the image",
        )
    if isinstance(action.output, ToTerminal):
        machine.decide(action.source.place, Fate.LEFT, "runs a container: still to be done by you")


def _printed(machine: Machine, action: calls.RunContainer, built: BuiltImage, file: ToFile) -> None:
    """``docker run X cat /f > f``, ``docker run X tar c -C /d . > f``."""
    command = command_of(action, built.image()) or ()
    if len(command) == 2 and posixpath.basename(command[0]) == "cat":
        source = posixpath.normpath(posixpath.join(workdir_of(built.image()), command[1]))
        out = Out(built.name, source, action.source.place, plain_mode=True)
        machine.host.placed[key(file.path)] = out
        machine.outs.append((action.source.place, built.name))
        machine.remarks.note(
            f"{source} keeps the mode that it has in the image; the script gave it a new one",
            action.source.place,
        )
        return
    packed = packed_by(command, workdir_of(built.image()))
    if packed is not None and len(packed.members) == 1:
        [(path, name)] = packed.members
        if path != "/" and name in {".", posixpath.basename(path)}:
            source = f"{path}/." if name == "." else path
            put_archive(machine, Out(built.name, source, action.source.place), file)
            machine.outs.append((action.source.place, built.name))
            return
    raise InputError(
        "what this container prints is not a file of it as it is",
        hint="let the Dockerfile write it to a file, and copy that out",
    )


def _unpacked(
    machine: Machine, action: calls.RunContainer, built: BuiltImage, into: ToUntar
) -> None:
    """``docker run X tar c … | tar x``."""
    if into.members or into.strip_components:
        raise InputError(
            "tar x takes only a part of what the container prints",
            hint="let tar c in the container print just that",
        )
    for name, out in packed_files(machine, action, built):
        directory = key(into.directory)
        at = directory if name == "." else name if directory == "." else f"{directory}/{name}"
        machine.host.placed[at] = out


def packed_files(
    machine: Machine, action: calls.RunContainer, built: BuiltImage
) -> Iterator[tuple[str, Out]]:
    """What a container packs with tar: its name in the tar, where it is in the image.

    Raises InputError where that is not known.
    """
    image = built.image()
    command = command_of(action, image)
    packed = packed_by(command, workdir_of(image)) if command else None
    if packed is None:
        raise InputError(
            "which files this container prints is not known",
            hint="write it as docker run … tar c -C /directory files, or use docker cp",
        )
    machine.outs.append((action.source.place, built.name))
    for path, name in packed.members:
        source = f"{path}/." if name == "." else path
        yield name, Out(built.name, source, action.source.place)


def start_container(machine: Machine, action: calls.StartContainer) -> None:
    """``docker start``: the command of the image runs after all. Raises InputError."""
    container = machine.container(action.container)
    container.ran.append(
        calls.RunContainer(action.source, Value((container.built.tag,)), action.container)
    )


def copy_out(machine: Machine, action: calls.CopyOut) -> None:
    """``docker cp`` out of a container. Raises InputError."""
    container = machine.container(action.container)
    if action.path.text is None:
        raise unknown(action.path.symbols[0], "the path in the container").error()
    if container.begun:
        machine.decisions[container.begun] = (Fate.CARRIED, "a container to copy artifacts out of")
    if container.begun and container.by_base:
        machine.remarks.note(
            "what this runs is the base image's command, which nothing here shows; it is taken to "
            "make nothing that is copied out",
            container.begun,
        )
    for run in container.ran:
        _as_instruction(machine, run, container.built)
    container.ran.clear()
    path = posixpath.normpath("/" + action.path.text).replace("//", "/", 1)
    contents = action.path.text.endswith("/.") or _is_new_directory(machine, action)
    name = posixpath.basename(path)
    out = Out(container.built.name, f"{path}/." if contents else path, action.source.place)
    if path == "/":
        raise InputError(
            "this takes the whole file system of the container",
            hint="copy the directories that are needed",
        )
    match action.destination:
        case HostPath():
            _put(machine, out, name, action.destination, contents)
        case ToUntar(directory=directory, members=(), strip_components=0):
            machine.host.make_directory(directory)
            _put(machine, out, name, directory, contents)
        case ToFile() as file if not _is_nowhere(file.path):
            put_archive(machine, out, file)
        case _:
            raise not_followed()
    machine.outs.append((action.source.place, container.built.name))


def _is_new_directory(machine: Machine, action: calls.CopyOut) -> bool:
    """Whether a slash says that a directory is copied, and docker cp makes it anew."""
    if not isinstance(action.destination, HostPath):
        return False
    slash = bool(action.destination.ending) or (action.path.text or "").endswith("/")
    return slash and not machine.host.is_directory(action.destination)


def _put(machine: Machine, out: Out, name: str, destination: HostPath, contents: bool) -> None:
    if contents:
        machine.host.put_contents(out, destination)
    else:
        machine.host.put(out, name, destination)


def _as_instruction(
    machine: Machine, run: calls.RunContainer | calls.Exec, built: BuiltImage
) -> None:
    """What ran in the container becomes a RUN of its image."""
    if isinstance(run, calls.RunContainer) and run.detached:
        raise InputError(
            "this runs in the background while files are copied out, so which of them it has "
            "made by then is not known",
            place=run.source.place,
            hint="write it as a RUN into the Dockerfile, and run the container with true",
        )
    if isinstance(run, calls.RunContainer) and (run.mounts or run.user):
        raise InputError(
            "what runs in this container has volumes, or another user, which a RUN has not",
            place=run.source.place,
            hint="write it as a RUN into the Dockerfile",
        )
    try:
        made = run_instructions(words_of(run, built.image()), run, built.dockerfile)
    except DockerfileError as error:
        raise error.at(run.source.place) from error
    text = made.lines[-1]
    if text not in built.added:
        built.added += made.lines
        built.take_arguments(made.arguments)
        machine.remarks.note(f"{text} added to {built.dockerfile.name}", run.source.place)
    machine.decisions[run.source.place] = (Fate.CARRIED, f"is {text} in the build stage now")


def _is_nowhere(path: HostPath) -> bool:
    return str(path).startswith("/dev/")
