"""Images that a script makes without a Dockerfile: of a container, or of the files of a tar."""

from __future__ import annotations

import json

from bpkit.conversion import full_tag
from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import parse
from bpkit.readers.script.machine.building import tag_text
from bpkit.readers.script.machine.host import Out, key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine
from bpkit.readers.script.machine.running import make_what_ran
from bpkit.readers.script.machine.runs import command_of
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate, unknown
from bpkit.readers.script.model.streams import FromFile
from bpkit.readers.script.model.values import Value


def commit(machine: Machine, action: calls.Commit) -> None:
    """``docker commit``: what happened to the container, on top of its image."""
    container = machine.container(action.container)
    base = container.built
    runs = [one for one in container.ran if isinstance(one, calls.RunContainer)]
    image = action.image or Value()
    last = command_of(runs[-1], base) if runs else None
    lines = [f"FROM {base.tag}"]
    made = _derived(machine, image, lines, action.source.place)
    made.base = base
    container.built = made
    make_what_ran(machine, container)
    if last:
        made.added.append(f"CMD {json.dumps(list(last))}")
    made.added += _changes(action.changes)
    container.ran.clear()
    _add(machine, made, image)
    why = "is a Dockerfile of what happened to the container now"
    machine.decide(action.source.place, Fate.CARRIED, why)


def import_image(machine: Machine, action: calls.ImportImage) -> None:
    """``docker import`` of what ``docker export`` printed. Raises InputError."""
    place = action.source.place
    match action.origin:
        case calls.FromAction(action=calls.ExportContainer(container=name)):
            out: Out | None = Out(machine.container(name).built.name, "/.", place)
        case FromFile(path=path):
            found = machine.host.placed.get(key(path))
            is_whole = isinstance(found, Out) and found.archive and found.path == "/."
            out = Out(found.maker, "/.", place) if isinstance(found, Out) and is_whole else None
            if isinstance(found, Out) and out is not None:
                machine.unpacked.add(found.place)
        case _:
            out = None
    if out is None:
        raise InputError(
            "what this imports is not known to be all files of a container",
            hint="write a Dockerfile that copies what is needed",
        )
    lines = ["FROM scratch", "COPY . /", *_changes(action.changes)]
    made = _derived(machine, action.image, lines, place)
    made.is_virtual = True
    made.placed = ((".", out),)
    _add(machine, made, action.image)
    machine.decide(place, Fate.CARRIED, "is COPY of all files of the stage now")


def _derived(machine: Machine, image: Value, lines: list[str], place: Place) -> BuiltImage:
    tag = tag_text(image)
    text = "".join(f"{line}\n" for line in lines)
    name = f"#{len(machine.built)}"
    dockerfile = parse(text, f"Dockerfile of {tag or 'the image'}")
    said = (image,) if image.parts else ()
    return BuiltImage(name, tag, dockerfile, said=said, derived=place)


def _add(machine: Machine, made: BuiltImage, image: Value) -> None:
    machine.add(made, [full_tag(str(image))])


def _changes(changes: tuple[Value, ...]) -> list[str]:
    for change in changes:
        if change.text is None:
            raise unknown(change.symbols[0], "what --change says").error()
    return [change.text or "" for change in changes]
