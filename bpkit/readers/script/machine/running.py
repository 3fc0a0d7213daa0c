"""A script's ``docker run`` and ``docker cp``: files from containers, and commands in them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.core import quote
from bpkit.errors import InputError
from bpkit.formats.dockerfile import final_state, stages
from bpkit.readers.script.machine.additions import add_copy, add_run
from bpkit.readers.script.machine.archives import not_followed, put_archive, unpack
from bpkit.readers.script.machine.host import Out, key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer, TakenOut
from bpkit.readers.script.machine.mounts import copied_to_mount
from bpkit.readers.script.machine.runs import (
    Packed,
    command_of,
    is_idle,
    packed_by,
    steps_of,
    words_of,
)
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate, unknown
from bpkit.readers.script.model.streams import ToBuild, ToFile, ToTerminal, ToUntar
from bpkit.readers.script.model.values import HostPath, Value, value


def run_container(machine: Machine, action: calls.RunContainer) -> None:
    """``docker run``: its output may be artifacts, its command a RUN. Raises InputError."""
    built = machine.image(action.image)
    container = ScriptContainer(built, begun=action.source.place)
    machine.containers[str(action.container)] = container
    match action.output:
        case ToFile() as file if not _is_nowhere(file.path):
            _printed(machine, action, built, file)
        case ToUntar():
            _unpacked(machine, action, built, action.output)
        case _:
            command = _begin(container, action)
            _judge_run(machine, action, command)


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
    shares = [(m, m.host) for m in action.mounts if m.host is not None and m.host.in_project]
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


def _printed(machine: Machine, action: calls.RunContainer, built: BuiltImage, file: ToFile) -> None:
    """``docker run X cat /f > f``, ``docker run X tar c -C /d . > f``."""
    command = command_of(action, built) or ()
    is_cat = len(command) == 2 and posixpath.basename(command[0]) == "cat"
    if is_cat and file.compressed:
        raise InputError(
            "this container's output is compressed on the host",
            hint="compress it in a RUN in the stage that makes it, and COPY the result",
        )
    if is_cat:
        source = built.started().path(command[1])
        out = Out(built.name, source, action.source.place, plain_mode=True)
        machine.host.placed[key(file.path)] = out
        taken = TakenOut(action.source.place, built.name, source, key(file.path), file.path.symbols)
        machine.outs.append(taken)
        _mode_of_redirection(machine, action, built, source)
        return
    members = list(packed_files(machine, action, built))
    [first, *_] = members
    put_archive(
        machine,
        Out(built.name, first[1], action.source.place, compressed=_compresses(command)),
        file,
        tuple(members),
    )


def _mode_of_redirection(
    machine: Machine, action: calls.RunContainer, built: BuiltImage, source: str
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
                f"{text} added to {built.dockerfile.name}: > gives this mode", place
            )
        return
    why = f"{source} keeps its mode in the image; check that the script's mode is the same"
    machine.decide(place, Fate.LEFT, why)


def _compresses(command: tuple[str, ...]) -> bool:
    """Whether the tar that the command prints is compressed with gzip."""
    text = " ".join(command)
    return re.search(r"\bgzip\b|\btar\s+-?[a-zA-Z]*z", text) is not None


def _unpacked(
    machine: Machine, action: calls.RunContainer, built: BuiltImage, into: ToUntar
) -> None:
    """``docker run X tar c … | tar x``."""
    members = tuple(packed_files(machine, action, built))
    archive = Out(built.name, members[0][1], action.source.place, archive=True, members=members)
    unpack(machine, archive, into, action.source)


def packed_files(
    machine: Machine, action: calls.RunContainer, built: BuiltImage
) -> Iterator[tuple[str, str]]:
    """The files that a container packs with tar: the name in the tar, and the path in the image.

    Commands before the packing become a RUN. Raises InputError if the files aren't known.
    """
    command = command_of(action, built)
    packed = packed_by(command, built.started().workdir) if command else None
    if packed is None or packed.has_patterns:
        at = _packed_by_a_run(machine, action, built, packed)
        yield ".", f"{at}/."
        return
    if any(path == "/" for path, _ in packed.members):
        raise InputError(
            "this copies the container's whole file system, including /proc and /sys",
            hint="pack only what is needed with tar c in the container",
        )
    if packed.prelude:
        words = tuple(map(value, ("sh", "-c", packed.prelude)))
        add_run(machine, words, action, built)
    for path, name in packed.members:
        yield name, f"{path}/." if name == "." else path


def _packed_by_a_run(
    machine: Machine, action: calls.RunContainer, built: BuiltImage, packed: Packed | None
) -> str:
    """The directory in which a RUN unpacks what the command packs, if only a run knows the files.

    Raises InputError if nothing shows that it packs at all.
    """
    command = command_of(action, built)
    is_unpacked = isinstance(action.output, ToUntar) and not action.output.members
    steps = steps_of(command) if command else []
    says_tar = any(re.search(r"\btar\b", step) for step in steps[-1:])
    is_context = isinstance(action.output, ToBuild)
    if command is None or not (is_unpacked or says_tar) or (is_context and packed is None):
        shown = " ".join(command) if command else "what is known only when the script runs"
        raise InputError(
            f"which files this container prints is not known: it runs {shown}",
            hint="write it as docker run … tar c -C /directory files, or use docker cp",
        )
    if isinstance(action.output, ToUntar) and action.output.strip_components:
        raise InputError(
            "the depth of the files in this container's output is not known",
            hint="pack only what is needed with tar c in the container",
        )
    at = f"/tmp/packed/{len(machine.outs) + 1}"
    is_script = len(command) == 3 and posixpath.basename(command[0]) in {"sh", "bash", "ash"}
    text = command[2] if is_script else " ".join(map(quote, command))
    shell = command[0] if is_script else "sh"
    flags = "xzf" if _compresses(command) else "xf"
    text = f"mkdir -p {at} && ({text}) > {at}.tar && tar {flags} {at}.tar -C {at} && rm {at}.tar"
    add_run(machine, tuple(map(value, (shell, "-c", text))), action, built)
    if packed is not None:
        built.unpacked[at] = tuple(posixpath.dirname(path) for path, _ in packed.members)
    return at


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
        case ToFile() as file if not _is_nowhere(file.path):
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
    if action.path.is_open:
        action = _under_a_fixed_path(machine, container, action)
    assert action.path.text is not None
    path = posixpath.normpath("/" + action.path.text).replace("//", "/", 1)
    contents = action.path.text.endswith("/.") or _is_new_directory(machine, action)
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
        case ToUntar() as into:
            member = ((name, out.path),) if not contents else ((".", out.path),)
            unpack(machine, replace(out, archive=True, members=member), into, action.source)
            return
        case ToFile() as file if not _is_nowhere(file.path):
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


def make_what_ran(machine: Machine, container: ScriptContainer) -> None:
    """Add a RUN to the image for what ran in the container, once."""
    for run in container.ran:
        if isinstance(run, calls.CopyIn):
            add_copy(machine, run, container.built)
        else:
            _as_instruction(machine, run, container.built)
    container.ran.clear()


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


# Options that give a container files or variables from elsewhere, and those that give it rights.
_GIVES = frozenset({"env-file", "volumes-from"})
_RIGHTS = frozenset({"privileged", "cap-add", "device", "security-opt", "gpus", "pid", "ipc"})


def _as_instruction(
    machine: Machine, run: calls.RunContainer | calls.Exec, built: BuiltImage
) -> None:
    """Add a RUN to the image for what ran in the container."""
    if isinstance(run, calls.RunContainer) and run.detached:
        raise InputError(
            "this runs in the background while files are copied out, so whether it has made "
            "them by then is not known",
            place=run.source.place,
            hint="write it as a RUN in the Dockerfile, and run the container with true",
        )
    if isinstance(run, calls.RunContainer) and (run.mounts or run.user):
        raise InputError(
            "this container has volumes or another user, which a RUN doesn't have",
            place=run.source.place,
            hint="write the command as a RUN in the Dockerfile",
        )
    options = {o.name for o in run.options} if isinstance(run, calls.RunContainer) else set()
    if options & _GIVES:
        raise InputError(
            f"this container is run with --{min(options & _GIVES)}, which a RUN doesn't have",
            place=run.source.place,
            hint="write the command as a RUN in the Dockerfile",
        )
    text = add_run(machine, words_of(run, built), run, built)
    rights = sorted(options & _RIGHTS)
    more = f"; a RUN has no --{rights[0]}: check that the command needs none" if rights else ""
    fate = Fate.LEFT if rights else Fate.CARRIED
    machine.decisions[run.source.place] = (fate, f"becomes {text} in the build stage{more}")


def _is_nowhere(path: HostPath) -> bool:
    return str(path).startswith("/dev/")
