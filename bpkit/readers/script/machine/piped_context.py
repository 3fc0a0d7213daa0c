"""Build contexts that come through a pipe: a tar of a container's files, or of a directory."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.readers.script.machine.host import Origin, Out, key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer, TakenOut
from bpkit.readers.script.machine.packing import packed_files
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.host_actions import PackTar
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.streams import FromFile, FromText
from bpkit.readers.script.model.values import HostPath


def of_a_directory(action: calls.BuildImage) -> calls.BuildImage:
    """The build of a packed directory as a build of that directory; any other unchanged."""
    packed = _packed(action)
    if packed is None:
        return action
    directory, file = packed.directory, action.dockerfile
    name = file.path if action.dockerfile_given and file is not None else "Dockerfile"
    name = _renamed(packed).get(name, name)
    at = HostPath(posixpath.normpath(posixpath.join(directory.path, name)), directory.root)
    return replace(action, context=directory, dockerfile=at, stdin=None)


def judge_packed_directory(machine: Machine, action: calls.BuildImage, built: BuiltImage) -> None:
    """Leave to the user the differences between a packed directory and what docker build reads."""
    packed = _packed(action)
    if packed is None:
        return
    apart = list(_apart(machine, packed, built))
    why = f"docker build reads {packed.directory} itself"
    fate = Fate.LEFT if apart else Fate.CARRIED
    machine.decide(packed.source.place, fate, f"{why}: {'; '.join(apart)}" if apart else why)


def _renamed(packed: PackTar) -> dict[str, str]:
    """The members by their new names, if a whole name is renamed."""
    members = {posixpath.normpath(str(member)) for member in packed.members}
    found = {}
    for edit in packed.transforms:
        fields = re.fullmatch(
            r"s(?P<end>\W)(?P<old>[\w./-]+)(?P=end)(?P<new>[\w./-]+)(?P=end)", edit
        )
        if fields is not None and fields["old"] in members:
            found[fields["new"]] = fields["old"]
    return found


def _packed(action: calls.BuildImage) -> PackTar | None:
    made = action.stdin.action if isinstance(action.stdin, calls.FromAction) else None
    return made if action.context is None and isinstance(made, PackTar) else None


def _apart(machine: Machine, packed: PackTar, built: BuiltImage) -> Iterator[str]:
    """The differences between the tar and the directory as docker build reads it."""
    members = [str(member) for member in packed.members]
    if not {".", "./"} & set(members) and {".", "*"} & set(built.asked):
        yield f"exclude its files other than {' '.join(members)} in the .dockerignore"
    if packed.excludes:
        flags = " ".join(f"--{flag}" for flag in packed.excludes)
        yield f"exclude what {flags} leaves out in the .dockerignore"
    if len(_renamed(packed)) < len(packed.transforms):
        yield f"rename its files as {' '.join(packed.transforms)} does"
    if packed.follows_links:
        yield "check that none of its links points out of the directory"
    name = posixpath.normpath(posixpath.join(key(packed.directory), ".dockerignore"))
    if machine.ground.text(name) is not None:
        yield f"{name} applies, which doesn't apply to a tar"


def printed_context(machine: Machine, action: calls.BuildImage) -> tuple[tuple[str, Origin], ...]:
    """The context that a container prints as a tar; empty for a Dockerfile on its own."""
    stdin = action.stdin
    if not isinstance(stdin, calls.FromAction):
        if action.dockerfile is None and isinstance(stdin, FromText | FromFile):
            return ()
        raise InputError(
            "what the build reads from standard input is not known",
            hint="pipe a Dockerfile, or the output of docker run … tar, into docker build",
        )
    made = stdin.action
    if isinstance(made, calls.ExportContainer):
        built = machine.container(made.container).built
        members: tuple[tuple[str, str], ...] = ((".", "/."),)
    elif isinstance(made, calls.RunContainer):
        built = machine.image(made.image)
        members = tuple(packed_files(machine, made, ScriptContainer(built, mounts=made.mounts)))
    elif isinstance(made, calls.CopyOut) and made.path.text is not None:
        built = machine.container(made.container).built
        path = posixpath.normpath(f"/{made.path.text}")
        members = ((posixpath.basename(path), path),)
        if made.path.text.endswith("/."):
            members = ((".", f"{path}/."),)
    else:
        raise InputError(
            "the build context is a tar that is known only when the script runs",
            hint="copy the artifacts out with docker cp, and build in a directory",
        )
    place = made.source.place
    machine.decide(place, Fate.CARRIED, "COPY takes what it prints from the stage")
    machine.outs += [TakenOut(place, built.name, path) for _, path in members]
    machine.remarks.note(
        "files from this pipe keep the owners that they have in the image, as with BuildKit; "
        "the classic builder gives them all to root",
        place,
    )
    return tuple((name, Out(built.name, path, place, piped=True)) for name, path in members)
