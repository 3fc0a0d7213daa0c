"""Follows the actions of a script, one after the other, on the model of a machine."""

from __future__ import annotations

from bpkit.conversion import full_tag
from bpkit.errors import InputError
from bpkit.readers.script.machine.building import build
from bpkit.readers.script.machine.files import change_host
from bpkit.readers.script.machine.machine import Machine, ScriptContainer
from bpkit.readers.script.machine.running import copy_out, export, run_container, start_container
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate


def follow(machine: Machine, action: calls.Action) -> None:
    """Let one action happen. Raises InputError for what has no other form."""
    match action:
        case calls.BuildImage():
            build(machine, action)
        case calls.Create():
            machine.containers[str(action.container)] = ScriptContainer(machine.image(action.image))
        case calls.RunContainer():
            run_container(machine, action)
        case calls.Exec():
            machine.container(action.container).ran.append(action)
        case calls.StartContainer():
            start_container(machine, action)
        case calls.CopyOut():
            copy_out(machine, action)
        case calls.Tag():
            machine.by_name[full_tag(str(action.name))] = machine.image(action.image)
        case calls.Push():
            _push(machine, action)
        case calls.ExportContainer():
            export(machine, action)
        case calls.CopyIn() | calls.Commit():
            raise _no_form(action)
        case calls.RemoveImage(images=images):
            machine.gone |= {built.tag for built in map(machine.known, images) if built}
        case _:
            change_host(machine, action)


def _push(machine: Machine, action: calls.Push) -> None:
    found = machine.by_name.get(full_tag(str(action.image)))
    if found:
        found.pushed = True
    machine.decide(action.source.place, Fate.LEFT, "push the image after the build")


def _no_form(action: calls.CopyIn | calls.Commit) -> InputError:
    match action:
        case calls.CopyIn():
            return InputError(
                "files go into a container that exists already", hint="COPY them in its Dockerfile"
            )
    return InputError(
        "an image made of a container has no Dockerfile", hint="write what happened to it as RUN"
    )
