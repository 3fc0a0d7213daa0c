"""A script's ``docker run`` and ``docker cp``: files from containers, and commands in them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.formats.dockerfile import final_state, stages
from bpkit.readers.script.machine.additions import add_run
from bpkit.readers.script.machine.archives import not_followed, put_archive, unpack
from bpkit.readers.script.machine.host import Out, key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer, TakenOut
from bpkit.readers.script.machine.mounts import copied_to_mount
from bpkit.readers.script.machine.packing import packed_files
from bpkit.readers.script.machine.ran import check_alone, make_what_ran
from bpkit.readers.script.machine.runs import command_of, compresses, is_idle, steps_of
from bpkit.readers.script.machine.volumes import check_unmounted, is_cache, note_volumes
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate, unknown
from bpkit.readers.script.model.streams import ToBuild, ToFile, ToTerminal, ToUntar
from bpkit.readers.script.model.values import HostPath, Value, value


def run_container(machine: Machine, action: calls.RunContainer) -> None:
    """``docker run``: its output may be artifacts, its command a RUN. Raises InputError."""
    built = machine.image(action.image)
    container = ScriptContainer(built, begun=action.source.place, mounts=action.mounts)
    machine.containers[str(action.container)] = container
    note_volumes(machine, built, action.mounts)
    match action.output:
        case ToFile() as file if not _is_nowhere(file):
            _printed(machine, action, container, file)
        case ToUntar():
            _unpacked(machine, action, container, action.output)
        case _:
            command = _begin(container, action)
            _judge_run(machine, action, command)


def run_in_container(machine: Machine, action: calls.Exec) -> None:
    """``docker exec``: as ``docker run``, on top of what ran in the container before."""
    container = machine.container(action.container)
    output = action.output
    takes = isinstance(output, ToUntar) or (isinstance(output, ToFile) and not _is_nowhere(output))
    if not takes:
        command = command_of(action, container.built)
        if command is None or not is_idle(command):
            container.ran.append(action)
        return
    _is_for_its_files(machine, container)
    make_what_ran(machine, container)
    if isinstance(output, ToUntar):
        _unpacked(machine, action, container, output)
    elif isinstance(output, ToFile):
        _printed(machine, action, container, output)


def _begin(container: ScriptContainer, run: calls.RunContainer) -> tuple[str, ...] | None:
    """Run the container's command; returns the command, None if it isn't known."""
    command = command_of(run, container.built)
    if command is None or not is_idle(command):
        container.ran.append(run)
    container.by_base = command == ()
    return command


def _judge_run(
    machine: Machine, action: calls.RunContainer, command: tuple[str, ...] | None
) -> None:
    shares = [
        (m, m.host)
        for m in action.mounts
        if m.host is not None and m.host.in_project and not is_cache(machine, m)
    ]
    writes = [m for m, _ in shares if "ro" not in m.options]
    places = [key(host) for m, host in shares if "ro" not in m.options]
    if writes and command and copied_to_mount(machine, action, writes, command):
        return
    if writes and not action.detached and (command is None or not is_idle(command)):
        raise InputError(
            f"a container works on {places[0]}, a directory on the host",
            hint="write a Dockerfile that copies the container's input and runs its command, "
            "and copy the result from the image",
        )
    if isinstance(action.output, ToTerminal):
        machine.decide(action.source.place, Fate.LEFT, "runs a container: run it yourself")


def _printed(
    machine: Machine,
    action: calls.RunContainer | calls.Exec,
    container: ScriptContainer,
    file: ToFile,
) -> None:
    """``docker run X cat /f > f``, ``docker run X tar c -C /d . > f``."""
    built = container.built
    command = _only_cat(machine, action, container) or command_of(action, built) or ()
    is_cat = len(command) == 2 and posixpath.basename(command[0]) == "cat"
    if is_cat and file.compressed:
        raise InputError(
            "this container's output is compressed on the host",
            hint="compress it in a RUN in the stage that makes it, and COPY the result",
        )
    if is_cat:
        source = built.started().path(command[1])
        check_unmounted(machine, container, source)
        out = Out(built.name, source, action.source.place, plain_mode=True)
        machine.host.placed[key(file.path)] = out
        taken = TakenOut(action.source.place, built.name, source, key(file.path), file.path.symbols)
        machine.outs.append(taken)
        _mode_of_redirection(machine, action, built, source)
        return
    members = list(packed_files(machine, action, container))
    [first, *_] = members
    put_archive(
        machine,
        Out(built.name, first[1], action.source.place, compressed=compresses(command)),
        file,
        tuple(members),
    )


def _only_cat(
    machine: Machine, action: calls.RunContainer | calls.Exec, container: ScriptContainer
) -> tuple[str, ...] | None:
    """``cat FILE`` at the end of a shell's commands; those before it become a RUN. None if none."""
    steps = steps_of(command_of(action, container.built) or ())
    *before, last = steps or [""]
    words = tuple(last.split())
    if (
        not before
        or len(words) != 2
        or words[0] != "cat"
        or not re.fullmatch(r"[\w./+@-]+", words[1])
    ):
        return None
    lacks = check_alone(machine, container, action)
    if lacks:
        machine.decide(action.source.place, Fate.LEFT, f"a RUN does it {lacks}")
    script = tuple(map(value, ("sh", "-c", " && ".join(before))))
    add_run(machine, script, action, container.built)
    return words


def _mode_of_redirection(
    machine: Machine, action: calls.RunContainer | calls.Exec, built: BuiltImage, source: str
) -> None:
    """A redirection writes a file of mode 644 (with the usual umask), whatever the source's."""
    every = stages(built.dockerfile, built.known_args)
    user = final_state(every.last, None, built.known_args).user
    place = action.source.place
    if re.fullmatch(r"[\w./+=,@-]+", source) and user in {"", "root", "0"}:
        text = f"RUN chmod 644 {source}"
        if text not in built.added:
            built.added.append(text)
            machine.remarks.note(
                f"{text} added to {built.dockerfile.name}, the mode of a file written with >", place
            )
        return
    why = f"{source} keeps its mode in the image; check that the script's mode is the same"
    machine.decide(place, Fate.LEFT, why)


def _unpacked(
    machine: Machine,
    action: calls.RunContainer | calls.Exec,
    container: ScriptContainer,
    into: ToUntar,
) -> None:
    """``docker run X tar c … | tar x``."""
    members = tuple(packed_files(machine, action, container))
    archive = Out(
        container.built.name, members[0][1], action.source.place, archive=True, members=members
    )
    unpack(machine, archive, into, action.source)


def _is_for_its_files(machine: Machine, container: ScriptContainer) -> None:
    if container.begun:
        machine.decisions[container.begun] = (Fate.CARRIED, "a container to copy artifacts out of")


def export(machine: Machine, action: calls.ExportContainer) -> None:
    """``docker export``: all of the container's files as a tar. Raises InputError."""
    container = machine.container(action.container)
    _is_for_its_files(machine, container)
    make_what_ran(machine, container)
    out = Out(container.built.name, "/.", action.source.place)
    members = ((".", "/."),)
    if not action.of_build:
        machine.remarks.note(
            "docker export also has empty files that a container gets (/.dockerenv, /etc/hosts, "
            "/etc/hostname, /etc/resolv.conf), which COPY --from does not make",
            action.source.place,
        )
    match action.output:
        case ToUntar() as into:
            unpack(machine, replace(out, archive=True, members=members), into, action.source)
        case ToFile() as file if not _is_nowhere(file):
            put_archive(machine, out, file, members)
        case ToBuild():
            pass
        case _:
            raise not_followed()


def start_container(machine: Machine, action: calls.StartContainer) -> None:
    """``docker start``: the container's command runs. Raises InputError."""
    container = machine.container(action.container)
    image = Value((container.built.tag,))
    created = container.created or calls.RunContainer(action.source, image, action.container)
    run = replace(created, source=action.source, detached=not action.attached)
    container.begun = container.begun or action.source.place
    _judge_run(machine, run, _begin(container, run))


def await_container(machine: Machine, action: calls.AwaitContainer) -> None:
    """``docker wait``: the container's background command has ended."""
    container = machine.containers.get(str(action.container))
    if container is not None:
        container.ran[:] = [
            replace(one, detached=False) if isinstance(one, calls.RunContainer) else one
            for one in container.ran
        ]


def copy_out(machine: Machine, action: calls.CopyOut) -> None:
    """``docker cp`` out of a container. Raises InputError."""
    container = machine.container(action.container)
    _is_for_its_files(machine, container)
    if container.begun and container.by_base:
        machine.remarks.note(
            "this runs the base image's command, which isn't in the Dockerfile; it is assumed to "
            "make nothing that is copied out",
            container.begun,
        )
    make_what_ran(machine, container)
    at = posixpath.normpath("/" + str(action.path)).replace("//", "/", 1)
    check_unmounted(machine, container, at)
    if action.path.is_open:
        action = _under_a_fixed_path(machine, container, action)
    assert action.path.text is not None
    path = posixpath.normpath("/" + action.path.text).replace("//", "/", 1)
    names_contents = action.path.text.endswith("/.")
    contents = names_contents or _is_new_directory(machine, action)
    name = posixpath.basename(path)
    out = Out(container.built.name, f"{path}/." if contents else path, action.source.place)
    if path == "/":
        raise InputError(
            "this copies the container's whole file system",
            hint="copy only the directories needed",
        )
    match action.destination:
        case HostPath():
            at = _put(machine, out, name, action.destination, contents)
            if contents and not names_contents and at not in machine.host.removed:
                machine.host.onto_names.add(at)
        case ToUntar() as into:
            member = ((name, out.path),) if not contents else ((".", out.path),)
            unpack(machine, replace(out, archive=True, members=member), into, action.source)
            return
        case ToFile() as file if not _is_nowhere(file):
            put_archive(machine, out, file)
            return
        case ToBuild():
            # The build decides what it reads.
            return
        case _:
            raise not_followed()
    symbols = action.destination.symbols
    taken = TakenOut(action.source.place, container.built.name, out.path, at, symbols)
    machine.outs.append(taken)


def _under_a_fixed_path(
    machine: Machine, container: ScriptContainer, action: calls.CopyOut
) -> calls.CopyOut:
    """The same files at a path that COPY can name: a RUN copies them there.

    Used if a part of the path depends on the script's user or on a run. Raises InputError.
    """
    unwritable = action.path.unwritable
    if unwritable:
        raise unknown(unwritable[0], "the path in the container").error()
    whole = action.path
    last = whole.parts[-1] if isinstance(whole.parts[-1], str) else ""
    known = type(last) is str and "/" in last
    name = last.rpartition("/")[2] if known else ""
    if isinstance(action.destination, HostPath) and not machine.host.is_directory(
        action.destination
    ):
        name = name or posixpath.basename(key(action.destination))
    at = f"/tmp/taken/{len(machine.outs) + 1}"
    slash = "" if whole.startswith("/") else "/"
    script = Value((f'mkdir -p {at} && cp -a "{slash}', *whole.parts, f'" {at}/{name}'))
    run = calls.Exec(action.source, action.container, ())
    add_run(machine, (value("sh"), value("-c"), script), run, container.built)
    fixed = f"{at}/." if name in {"", "."} else f"{at}/{name}"
    return replace(action, path=value(fixed))


def _is_new_directory(machine: Machine, action: calls.CopyOut) -> bool:
    """Whether a slash marks the source as a directory, and docker cp creates the destination."""
    if not isinstance(action.destination, HostPath):
        return False
    slash = bool(action.destination.ending) or (action.path.text or "").endswith("/")
    return slash and not machine.host.is_directory(action.destination)


def _put(machine: Machine, out: Out, name: str, destination: HostPath, contents: bool) -> str:
    if contents:
        return machine.host.put_contents(out, destination)
    return machine.host.put(out, name, destination)


def _is_nowhere(file: ToFile) -> bool:
    return str(file.path).startswith("/dev/")
