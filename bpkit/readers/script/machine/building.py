"""``docker build`` of a script: its Dockerfile, and what its context holds by then."""

from __future__ import annotations

import re

from bpkit.conversion import full_tag
from bpkit.errors import InputError
from bpkit.formats.dockerfile import Dockerfile, parse
from bpkit.readers.script.machine.host import Origin, Out, Written, key
from bpkit.readers.script.machine.images import (
    BuiltImage,
    flags_of,
    labels_of,
    said_in,
    shown_flags,
)
from bpkit.readers.script.machine.machine import Machine
from bpkit.readers.script.machine.running import packed_files
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate, unknown
from bpkit.readers.script.model.streams import FromFile, FromText
from bpkit.readers.script.model.values import Value


def build(machine: Machine, action: calls.BuildImage) -> None:
    """Take a build into account. Raises InputError for what can't be followed."""
    if action.remote is not None:
        raise InputError(
            f"the build context is {action.remote}", hint="clone it, and build from there"
        )
    context, is_virtual, placed = _context(machine, action)
    dockerfile = _dockerfile(machine, action)
    tag = tag_text(action.tags[0] if action.tags else Value())
    path = action.dockerfile
    in_project = path is not None and path.in_project and machine.ground.text(key(path))
    built = BuiltImage(
        f"#{len(machine.built)}",
        tag,
        dockerfile,
        action,
        path=key(path) if path is not None and in_project else None,
        context=context,
        is_virtual=is_virtual,
        build_args=flags_of(action),
        flags=shown_flags(action),
        labels=labels_of(action),
        target=str(action.target) if action.target else None,
        platform=action.platform.text if action.platform else None,
        placed=placed,
        said=said_in(action),
    )
    names = [
        full_tag(str(one)) for one in (*action.tags, *([action.image] if action.image else []))
    ]
    machine.add(built, names)


def _context(
    machine: Machine, action: calls.BuildImage
) -> tuple[str, bool, tuple[tuple[str, Origin], ...]]:
    if action.context is None:
        return ".", True, _printed_context(machine, action)
    place = key(action.context)
    is_virtual = not (action.context.in_project and machine.ground.is_directory(place))
    is_known_elsewhere = not action.context.in_project and not action.context.symbols
    if is_known_elsewhere and not any(machine.host.below(place)):
        raise InputError(
            f"the build context {action.context} lies outside the project",
            hint="run bpkit convert in the directory that holds it all",
        )
    context = "." if is_virtual else place
    placed = tuple(
        (path, origin)
        for path, origin in machine.host.below(place)
        if is_virtual or not machine.ground.ignores(place, path)
    )
    return context, is_virtual, placed


def _printed_context(machine: Machine, action: calls.BuildImage) -> tuple[tuple[str, Origin], ...]:
    """The context that a container prints as a tar; none for a Dockerfile on its own."""
    stdin = action.stdin
    if not isinstance(stdin, calls.FromAction):
        if action.dockerfile is None and isinstance(stdin, FromText | FromFile):
            return ()
        raise InputError(
            "what the build reads from standard input is not known",
            hint="let docker build read a Dockerfile, or the output of docker run … tar",
        )
    run = stdin.action
    if not isinstance(run, calls.RunContainer):
        raise InputError(
            "the build context is a tar that only a run of the script makes",
            hint="copy the artifacts out with docker cp, and build in a directory",
        )
    built = machine.image(run.image)
    machine.decide(run.source.place, Fate.CARRIED, "what it prints comes out of the stage now")
    return tuple((name, out) for name, out in packed_files(machine, run, built))


def _dockerfile(machine: Machine, action: calls.BuildImage) -> Dockerfile:
    path = action.dockerfile
    if path is None:
        return _dockerfile_of_stdin(machine, action)
    if path.symbols:
        raise unknown(path.symbols[0], "the Dockerfile's path").error()
    name = key(path)
    text = machine.ground.text(name) if path.in_project else None
    for rest, origin in machine.host.below(name):
        if rest == "." and isinstance(origin, Written):
            text = origin.content
        elif rest == "." and not isinstance(origin, Out | Written):
            name, text = origin.path, machine.ground.text(origin.path)
    if text is None:
        raise InputError(
            f"there is no Dockerfile {name}",
            hint="start bpkit convert where the script is started",
        )
    return parse(text, name)


def _dockerfile_of_stdin(machine: Machine, action: calls.BuildImage) -> Dockerfile:
    match action.stdin:
        case FromFile(path=path) if path.in_project and machine.ground.text(key(path)):
            return parse(machine.ground.text(key(path)) or "", key(path))
        case FromText(content=content) if content.text is not None:
            return parse(content.text, f"{action.source.place}")
    raise InputError(
        "the Dockerfile comes from a command that only a run of the script knows",
        hint="put it into a file",
    )


def tag_text(tag: Value) -> str:
    """A name for an image in a recipe: the known text of its tag, where that is not all of it.

    The command that is printed has the tag as the script says it.
    """
    if tag.text is not None:
        return tag.text
    known = "".join(part for part in tag.partition(":")[0].parts if isinstance(part, str))
    return re.sub(r"[/._-]+(?=/|$)|^[/._-]+", "", known.lower())
