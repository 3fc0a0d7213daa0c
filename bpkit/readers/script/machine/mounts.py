"""Artifacts that a container copies to a mounted directory of the host."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from bpkit.readers.script.machine.additions import add_run
from bpkit.readers.script.machine.host import Out
from bpkit.readers.script.machine.machine import Machine, TakenOut
from bpkit.readers.script.machine.runs import steps_of
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.values import HostPath, value


def copied_to_mount(
    machine: Machine,
    action: calls.RunContainer,
    mounts: Sequence[calls.VolumeMount],
    command: tuple[str, ...],
) -> bool:
    """Whether the container only copies files to the mounts with ``cp``.

    If so, the files are copied out of the image, and earlier commands become a RUN of it.
    """
    steps = [step.removeprefix("sudo ") for step in steps_of(command)]
    while steps and re.match(r"chown\s", steps[-1]):
        # The files' owner on the host is ignored, and COPY makes root the owner.
        steps.pop()
    if not steps:
        return False
    *before, last = steps
    words = last.split()
    if posixpath.basename(words[0]) != "cp" or not re.fullmatch(r"[\w\s./+=,@*?-]+", last):
        return False
    flags = [word for word in words[1:] if word.startswith("-")]
    paths = [word for word in words[1:] if not word.startswith("-")]
    targets = [mount.target.text or "" for mount in mounts]
    uses_mount = any(target and target in step for target in targets for step in before)
    if len(paths) < 2 or uses_mount or any(not re.fullmatch(r"-[rRafpvL]+", f) for f in flags):
        return False
    follows = any("L" in flag for flag in flags)
    built = machine.image(action.image)
    goal = built.started().path(paths[-1])
    for mount, target in zip(mounts, targets, strict=True):
        rest = posixpath.relpath(goal, target) if target else ".."
        if rest.startswith("..") or mount.host is None:
            continue
        if follows or any(set(path) & set("*?") for path in paths[:-1]):
            # Only a run knows which files these are, so a RUN copies them to a directory of their
            # own.
            at = f"/tmp/taken/{len(machine.outs) + 1}"
            into = posixpath.normpath(posixpath.join(at, rest))
            copy = " ".join(["cp", *flags, *paths[:-1], f"{into}/" if rest == "." else into])
            made = into if rest == "." else posixpath.dirname(into)
            before = [*before, f"mkdir -p {made} && {copy}"]
            paths, rest = [f"{at}/.", "."], "."
        if before:
            add_run(machine, tuple(map(value, ("sh", "-c", " && ".join(before)))), action, built)
        _put(machine, action, (paths, rest), mount.host)
        return True
    return False


def _put(
    machine: Machine,
    action: calls.RunContainer,
    copied: tuple[list[str], str],
    host: HostPath,
) -> None:
    paths, rest = copied
    place = action.source.place
    built = machine.image(action.image)
    into_mount = rest == "."
    destination = HostPath(posixpath.normpath(posixpath.join(host.path, rest)), host.root)
    if into_mount or paths[-1].endswith("/") or len(paths) > 2:
        machine.host.make_directory(destination)
    for path in paths[:-1]:
        source = built.started().path(path)
        if path.endswith("/."):
            out = Out(built.name, f"{source}/.", place)
            at = machine.host.put_contents(out, destination)
        else:
            out = Out(built.name, source, place)
            at = machine.host.put(out, posixpath.basename(source), destination)
        machine.outs.append(TakenOut(place, built.name, out.path, at))
    machine.decide(place, Fate.CARRIED, "COPY takes what it copies from the stage")
