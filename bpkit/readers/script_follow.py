"""Follows the actions of a script, one after the other, on the model of a machine."""

from __future__ import annotations

from bpkit import docker_calls as calls
from bpkit.conversion.parts import full_tag
from bpkit.errors import InputError
from bpkit.readers.script_building import build
from bpkit.readers.script_files import change_host
from bpkit.readers.script_machine import Container, Machine
from bpkit.readers.script_running import copy_out, run_container, start_container
from bpkit.shell_reading import Fate


def follow(machine: Machine, action: calls.Action) -> None:
    """Let one action happen. Raises InputError for what has no other form."""
    match action:
        case calls.Build():
            build(machine, action)
        case calls.Create():
            machine.containers[str(action.container)] = Container(machine.image(action.image))
        case calls.RunContainer():
            run_container(machine, action)
        case calls.Exec():
            machine.container(action.container).ran.append(action)
        case calls.Start():
            start_container(machine, action)
        case calls.CopyOut():
            copy_out(machine, action)
        case calls.Tag():
            machine.by_name[full_tag(str(action.name))] = machine.image(action.image)
        case calls.Push():
            _push(machine, action)
        case calls.CopyIn() | calls.Export() | calls.Commit():
            raise _no_form(action)
        case calls.Save() | calls.RemoveContainer() | calls.RemoveImage():
            pass
        case _:
            change_host(machine, action)


def _push(machine: Machine, action: calls.Push) -> None:
    found = machine.by_name.get(full_tag(str(action.image)))
    if found:
        found.pushed = True
    machine.decide(action.source.place, Fate.LEFT, "push the image after the build")


def _no_form(action: calls.CopyIn | calls.Export | calls.Commit) -> InputError:
    match action:
        case calls.CopyIn():
            return InputError(
                "files go into a container that exists already", hint="COPY them in its Dockerfile"
            )
        case calls.Export():
            return InputError(
                "this takes the whole file system of the container",
                hint="copy the directories that are needed",
            )
    return InputError(
        "an image made of a container has no Dockerfile", hint="write what happened to it as RUN"
    )
