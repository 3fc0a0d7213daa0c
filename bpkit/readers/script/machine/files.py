"""A script's changes to files on the host, in the model of ``host``."""

from __future__ import annotations

import posixpath
import re

from bpkit.conversion import unpacking_run
from bpkit.errors import InputError
from bpkit.readers.script.machine.archives import check_file, unpack
from bpkit.readers.script.machine.host import Out, WrittenFile, key
from bpkit.readers.script.machine.host_tools import pack_artifacts, work_on_file
from bpkit.readers.script.machine.machine import Machine, TakenOut
from bpkit.readers.script.machine.working import check_unmounted_paths, copy_by_mount
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model import host_actions as files
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.streams import ToFile
from bpkit.readers.script.model.values import HostPath, Value


def change_host(machine: Machine, action: calls.Action) -> None:
    """Carry out a command on files. Raises InputError if it can't be expressed in a Dockerfile."""
    host = machine.host
    check_unmounted_paths(machine, action)
    match action:
        case files.MakeDirectory() | files.RemoveHost() | files.ChangeMode():
            for path in action.paths:
                _change_one(machine, action, path)
        case files.CopyHost() if copy_by_mount(machine, action):
            pass
        case files.CopyHost() | files.MoveHost():
            _copy(machine, action)
        case files.UnpackTar():
            _unpack(machine, action)
        case files.WriteHost():
            _write(machine, action)
        case files.WorkOnFile():
            work_on_file(machine, action)
        case files.FetchHost():
            machine.fetched[key(action.path)] = (str(action.origin), action.source.place)
        case files.PackTar(output=ToFile(path=path)):
            if not pack_artifacts(machine, action, path):
                host.placed[key(path)] = WrittenFile(None, action.source.place)
        case files.LinkHost(path=path):
            host.placed[key(path)] = WrittenFile(None, action.source.place)


def _change_one(
    machine: Machine,
    action: files.MakeDirectory | files.RemoveHost | files.ChangeMode,
    path: HostPath,
) -> None:
    match action:
        case files.MakeDirectory():
            machine.host.make_directory(path)
        case files.RemoveHost():
            machine.host.remove(path, action.source.place)
        case files.ChangeMode():
            _mode(machine, action, action.mode, path)


def _copy(machine: Machine, action: files.CopyHost | files.MoveHost) -> None:
    for origin in action.origins:
        machine.host.copy(origin, action.destination, action.source.place)
        if isinstance(action, files.MoveHost):
            machine.host.remove(origin, action.source.place)


def _write(machine: Machine, action: files.WriteHost) -> None:
    """A redirection, or ``touch``, which leaves existing files alone."""
    at, content = key(action.path), action.content
    is_touch = action.append and not content.parts
    if is_touch and (any(machine.host.below(at)) or machine.ground.text(at) is not None):
        return
    known = None if action.append and not is_touch else content.text
    parts = (*(d.name for d in content.defaults), *map(str, content.symbols))
    machine.host.placed[at] = WrittenFile(known, action.source.place, parts)


def _unpack(machine: Machine, action: files.UnpackTar) -> None:
    """``tar x`` of an artifact: the stage that makes it unpacks it and provides its content."""
    into = key(action.into.directory)
    for rest, origin in list(machine.host.below(key(action.archive))):
        if rest != "." or not isinstance(origin, Out):
            continue
        if origin.archive:
            unpack(machine, origin, action.into, action.source)
            return
        maker = next(built for built in machine.built if built.name == origin.maker)
        if action.into.members or not re.fullmatch(r"[\w./+=,@-]+", origin.path):
            raise InputError(
                "bpkit doesn't carry over unpacking a part of an archive",
                hint="unpack it in the stage that makes it",
            )
        place = f"/tmp/unpacked/{posixpath.basename(origin.path)}"
        into_ = action.into
        text = unpacking_run(origin.path, place, into_.strip_components, into_.compressed)
        if text not in maker.added:
            maker.added.append(text)
        out = Out(maker.name, f"{place}/.", action.source.place)
        machine.host.placed[into] = out
        machine.host.directories.add(into)
        machine.outs.append(TakenOut(action.source.place, maker.name, out.path, into))
        machine.unpacked.add(origin.place)
        machine.decide(action.source.place, Fate.CARRIED, f"becomes {text} in the build stage")
        return
    machine.host.placed[into] = WrittenFile(None, action.source.place)


def _mode(machine: Machine, action: files.ChangeMode, mode: Value, path: HostPath) -> None:
    """``chmod`` of an artifact is done in the stage that makes it."""
    for rest, origin in machine.host.below(key(path)):
        if rest != "." or not isinstance(origin, Out):
            continue
        check_file(origin)
        maker = next(built for built in machine.built if built.name == origin.maker)
        where = origin.path.removesuffix("/.")
        flag = "-R " if action.recursive else ""
        text = f"RUN chmod {flag}{mode} {where}"
        if mode.text is None or not re.fullmatch(r"[\w./+=,@-]+", where):
            raise InputError(
                "this chmod can't be written as a RUN", hint="change the mode in the stage"
            )
        if text not in maker.added:
            maker.added.append(text)
        machine.decide(action.source.place, Fate.CARRIED, f"becomes {text} in the build stage")
