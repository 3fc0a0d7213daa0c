"""The files that a container packs with tar for the host or for a build."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from bpkit.core import quote
from bpkit.errors import InputError
from bpkit.readers.script.machine.additions import add_run
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer
from bpkit.readers.script.machine.ran import check_alone
from bpkit.readers.script.machine.runs import Packed, command_of, compresses, packed_by, steps_of
from bpkit.readers.script.machine.volumes import check_unmounted
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.streams import ToBuild, ToUntar
from bpkit.readers.script.model.values import value


def packed_files(
    machine: Machine, action: calls.RunContainer | calls.Exec, container: ScriptContainer
) -> Iterator[tuple[str, str]]:
    """The files that a container packs with tar: the name in the tar, and the path in the image.

    Commands before the packing become a RUN. Raises InputError if the files aren't known.
    """
    built = container.built
    command = command_of(action, built)
    packed = packed_by(command, _directory_of(action, built)) if command else None
    if packed is None or packed.has_patterns or packed.prelude:
        lacks = check_alone(machine, container, action)
        if lacks:
            machine.decide(action.source.place, Fate.LEFT, f"a RUN does it {lacks}")
    for path, _ in packed.members if packed else ():
        check_unmounted(machine, container, path)
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


def _directory_of(action: calls.RunContainer | calls.Exec, built: BuiltImage) -> str | None:
    """The command's working directory; None if it isn't known."""
    usual = built.started().workdir
    if action.workdir is None:
        return usual
    given = action.workdir.text
    if given is None or not (given.startswith("/") or usual):
        return None
    return posixpath.normpath(posixpath.join(usual or "/", given))


def _packed_by_a_run(
    machine: Machine,
    action: calls.RunContainer | calls.Exec,
    built: BuiltImage,
    packed: Packed | None,
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
    flags = "xzf" if compresses(command) else "xf"
    text = f"mkdir -p {at} && ({text}) > {at}.tar && tar {flags} {at}.tar -C {at} && rm {at}.tar"
    add_run(machine, tuple(map(value, (shell, "-c", text))), action, built)
    if packed is not None:
        built.unpacked[at] = tuple(posixpath.dirname(path) for path, _ in packed.members)
    return at
