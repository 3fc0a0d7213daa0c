"""Images that a script makes without a Dockerfile: from a container, or from a tar."""

from __future__ import annotations

import json
import posixpath
import re

from bpkit.conversion import full_tag, unpacking_run
from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import parse
from bpkit.readers.script.machine.building import tag_text
from bpkit.readers.script.machine.host import Origin, Out, key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer, TakenOut
from bpkit.readers.script.machine.packing import packed_files
from bpkit.readers.script.machine.ran import make_what_ran
from bpkit.readers.script.machine.runs import command_of
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate, unknown
from bpkit.readers.script.model.streams import FromFile
from bpkit.readers.script.model.values import Value


def commit(machine: Machine, action: calls.Commit) -> None:
    """``docker commit``: the container's changes, on top of its image."""
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
    why = "becomes a Dockerfile with the container's changes"
    machine.decide(action.source.place, Fate.CARRIED, why)


def import_image(machine: Machine, action: calls.ImportImage) -> None:
    """``docker import`` of what ``docker export`` printed. Raises InputError."""
    place = action.source.place
    placed = _imported(machine, action)
    if placed is None:
        raise InputError(
            "whether this imports files of a container is not known",
            hint="write a Dockerfile that copies the files needed",
        )
    lines = ["FROM scratch", "COPY . /", *_changes(action.changes)]
    made = _derived(machine, action.image, lines, place)
    made.is_virtual = True
    made.placed = placed
    _add(machine, made, action.image)
    machine.decide(place, Fate.CARRIED, "becomes COPY of these files from the stage")


def _imported(machine: Machine, action: calls.ImportImage) -> tuple[tuple[str, Origin], ...] | None:
    """The files in the imported tar, by path; None if they aren't known."""
    place = action.source.place
    match action.origin:
        case calls.FromAction(action=calls.ExportContainer(container=name)):
            return ((".", Out(machine.container(name).built.name, "/.", place)),)
        case calls.FromAction(action=calls.RunContainer() as run):
            built = machine.image(run.image)
            members = tuple(packed_files(machine, run, ScriptContainer(built, mounts=run.mounts)))
            machine.decide(
                run.source.place, Fate.CARRIED, "COPY takes what it prints from the stage"
            )
            machine.outs += [TakenOut(run.source.place, built.name, path) for _, path in members]
            return tuple((n, Out(built.name, path, place, piped=True)) for n, path in members)
        case FromFile(path=path):
            found = machine.host.placed.get(key(path))
        case _:
            found = None
    if not isinstance(found, Out):
        return None
    machine.unpacked.add(found.place)
    if found.archive:
        members = found.members or ((".", found.path),)
        return tuple((name, Out(found.maker, path, place)) for name, path in members)
    if not re.fullmatch(r"[\w./+=,@-]+", found.path):
        return None
    maker = next(built for built in machine.built if built.name == found.maker)
    at = f"/tmp/unpacked/{posixpath.basename(found.path)}"
    text = unpacking_run(found.path, at)
    if text not in maker.added:
        maker.added.append(text)
        machine.remarks.note(f"{text} added to {maker.dockerfile.name}", place)
    return ((".", Out(maker.name, f"{at}/.", place, piped=True)),)


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
            raise unknown(change.symbols[0], "the value of --change").error()
    return [change.text or "" for change in changes]
