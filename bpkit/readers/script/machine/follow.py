"""Follow a script's actions, one after the other, in the model of a machine."""

from __future__ import annotations

from dataclasses import replace

from bpkit.conversion import full_tag
from bpkit.readers.script.machine.additions import note_artifact
from bpkit.readers.script.machine.building import build, tag_text
from bpkit.readers.script.machine.derived import commit, import_image
from bpkit.readers.script.machine.files import change_host
from bpkit.readers.script.machine.machine import Machine, ScriptContainer
from bpkit.readers.script.machine.running import (
    await_container,
    copy_out,
    export,
    run_container,
    run_in_container,
    start_container,
)
from bpkit.readers.script.machine.volumes import note_volumes
from bpkit.readers.script.machine.working import commit_working, follow_working, run_working
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.streams import ToFile
from bpkit.readers.script.model.values import Default, HostPath
from bpkit.readers.script.model.working_actions import (
    ConfigureContainer,
    CopyToContainer,
    MountContainer,
    WorkingContainer,
)


def follow(machine: Machine, action: calls.Action) -> None:
    """Carry out one action. Raises InputError if it can't be expressed in a Dockerfile."""
    _note_defaults(machine, action)
    match action:
        case WorkingContainer() | ConfigureContainer() | CopyToContainer() | MountContainer():
            follow_working(machine, action)
        case calls.BuildImage():
            build(machine, action)
        case calls.Commit():
            container = machine.container(action.container)
            if container.is_working:
                commit_working(machine, container, action)
            else:
                commit(machine, action)
        case calls.ImportImage():
            import_image(machine, action)
        case calls.Tag():
            _tag(machine, action)
        case calls.Push():
            _push(machine, action)
        case calls.RemoveImage(images=images):
            machine.gone |= {built.tag for built in map(machine.known, images) if built}
        case _:
            _follow_container(machine, action)


def _follow_container(machine: Machine, action: calls.Action) -> None:
    match action:
        case calls.Create():
            container = ScriptContainer(
                machine.image(action.image), created=action.started, mounts=action.started.mounts
            )
            machine.containers[str(action.container)] = container
            note_volumes(machine, container.built, action.started.mounts)
        case calls.RunContainer():
            run_container(machine, action)
        case calls.CopyIn():
            note_artifact(machine, action)
            machine.container(action.container).ran.append(action)
        case calls.Exec():
            container = machine.container(action.container)
            if container.is_working:
                run_working(machine, container, action)
            else:
                run_in_container(machine, action)
        case calls.StartContainer():
            start_container(machine, action)
        case calls.AwaitContainer():
            await_container(machine, action)
        case calls.CopyOut():
            copy_out(machine, action)
        case calls.ExportContainer():
            export(machine, action)
        case _:
            change_host(machine, action)


def _tag(machine: Machine, action: calls.Tag) -> None:
    """``docker tag``; an image without a name is given it by its build."""
    found = machine.image(action.image)
    machine.by_name[full_tag(str(action.name))] = found
    if found.build is not None and not found.build.tags:
        found.build = replace(found.build, tags=(action.name,))
        found.tag = tag_text(action.name)
        found.said += (action.name,)
        machine.worked.add(action.source.place)
        machine.decide(action.source.place, Fate.CARRIED, "the build gives the image this name")


def _push(machine: Machine, action: calls.Push) -> None:
    found = machine.by_name.get(full_tag(str(action.image)))
    if found:
        found.pushed = True


def _note_defaults(machine: Machine, action: calls.Action) -> None:
    """Note the defaults in paths: a path must be known, so one that the user sets is fixed."""
    for one in vars(action).values():
        paths = one if isinstance(one, tuple) else (one,)
        for path in paths:
            found = path.path if isinstance(path, ToFile) else path
            for default in found.defaults if isinstance(found, HostPath) else ():
                _note_fixed(machine, default, action)
    inside = action.path if isinstance(action, calls.CopyIn) else None
    for default in inside.defaults if inside else ():
        _note_fixed(machine, default, action)


def _note_fixed(machine: Machine, default: Default, action: calls.Action) -> None:
    text = f"'{default}' is fixed here; in the script {default.name} sets it"
    if all(note.message != text for note in machine.remarks.notes):
        machine.remarks.note(text, action.source.place)
