"""buildah's working containers: each becomes a stage that its commands write line by line."""

from __future__ import annotations

import posixpath
import re

from bpkit.conversion import full_tag
from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import DockerfileError, parse
from bpkit.readers.script.machine.building import tag_text
from bpkit.readers.script.machine.host import key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer
from bpkit.readers.script.machine.runs import run_instructions
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model import working_actions as working
from bpkit.readers.script.model.host_actions import CopyHost, MakeDirectory
from bpkit.readers.script.model.reading import Fate, unknown
from bpkit.readers.script.model.streams import ToTerminal
from bpkit.readers.script.model.values import HostPath, Value, value

_PLAIN = re.compile(r"[\w./+=,@:*?-]+")


def follow_working(machine: Machine, action: working.WorkingAction) -> None:
    """Carry out one command on a working container. Raises InputError."""
    match action:
        case working.WorkingContainer():
            _start(machine, action)
        case working.ConfigureContainer():
            built = machine.container(action.container).built
            for keyword, said in action.instructions:
                _write(built, f"{keyword} {_text(machine, said, action.source.place)}")
        case working.CopyToContainer():
            _copy(machine, action)
        case working.MountContainer():
            machine.mounted[action.at] = str(action.container)


def _start(machine: Machine, action: working.WorkingContainer) -> None:
    known = machine.known(action.image)
    origin = known or machine.outside(action.image)
    if origin.build is None and origin.derived is None:
        text = origin.dockerfile.text
    else:
        text = f"FROM {origin.tag}\n"
    tag = _name_of(machine, action)
    built = BuiltImage(f"#{len(machine.built)}", tag, parse(text, f"Dockerfile of {tag}"))
    built.derived, built.is_working = action.source.place, True
    built.base = known
    built.build_args, built.flags, built.said = origin.build_args, origin.flags, origin.said
    machine.built.append(built)
    container = ScriptContainer(built, is_working=True)
    machine.containers[str(action.container)] = container


def _name_of(machine: Machine, action: working.WorkingContainer) -> str:
    """A name for the stage: the container's, or one derived from the image that it starts from."""
    image = (action.image.text or "image").rpartition("/")[2].partition(":")[0]
    wanted = action.container.text or f"from-{image}"
    wanted = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")
    taken = {built.tag for built in machine.built}
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _write(built: BuiltImage, line: str) -> None:
    built.dockerfile = parse(f"{built.dockerfile.text}{line}\n", built.dockerfile.name)


def _text(machine: Machine, found: Value, place: Place) -> str:
    if found.text is None:
        raise unknown(found.symbols[0], "what this sets").error()
    for default in found.defaults:
        machine.remarks.note(
            f"'{default}' is fixed here; in the script {default.name} sets it", place
        )
    return found.text


def run_working(machine: Machine, container: ScriptContainer, action: calls.Exec) -> None:
    """``buildah run``: a RUN of the stage. Raises InputError."""
    built = container.built
    place = action.source.place
    if not isinstance(action.output, ToTerminal):
        raise InputError(
            "what runs here prints to the host",
            place=place,
            hint="write the output to a file, and copy that with buildah copy --from",
        )
    wanted = _text(machine, action.user, place) if action.user is not None else ""
    usual = built.started().user
    if wanted and usual is None:
        raise InputError(
            f"this runs as {wanted}, and the USER of its image isn't known",
            place=place,
            hint="set it with buildah config --user first",
        )
    try:
        made = run_instructions(action.argv, action, built.dockerfile)
    except DockerfileError as error:
        raise error.at(place) from error
    changes = bool(wanted) and wanted != usual
    again = f"USER {wanted}\n[^\n]+\nUSER {usual}\n"
    if changes and re.search(f"\n{again}\\Z", built.dockerfile.text):
        # Switch back to the previous command's user.
        text = built.dockerfile.text.removesuffix(f"USER {usual}\n")
        built.dockerfile = parse(text, built.dockerfile.name)
    elif changes:
        _write(built, f"USER {wanted}")
    for line in made.lines:
        _write(built, line)
    if changes:
        _write(built, f"USER {usual}")
    built.take_arguments(made.arguments)
    machine.decide(place, Fate.CARRIED, f"becomes {made.lines[-1]}")


def _copy(machine: Machine, action: working.CopyToContainer) -> None:
    built = machine.container(action.container).built
    place = action.source.place
    flags = list(action.flags)
    paths = [_host_source(machine, path, place) for path in action.sources]
    if action.origin is not None:
        paths += [_text(machine, one, place) for one in action.inside]
        flags.insert(0, f"--from={_from_name(machine, action.origin, place)}")
    target = _text(machine, action.destination, place) if action.destination is not None else "."
    _write(built, _line(action.keyword, flags, [*paths, target], place))


def _line(keyword: str, flags: list[str], words: list[str], place: Place) -> str:
    if not all(map(_PLAIN.fullmatch, words)):
        raise InputError(
            f"{keyword} can't name these files as they are",
            place=place,
            hint="use names without blanks, quotes or wildcards",
        )
    return " ".join([keyword, *flags, *words])


def _from_name(machine: Machine, origin: Value, place: Place) -> str:
    """The stage or image that ``--from`` names."""
    container = machine.containers.get(str(origin))
    if container is not None:
        return container.built.tag
    return _text(machine, origin, place)


def _host_source(machine: Machine, path: HostPath, place: Place) -> str:
    at = key(path)
    if not path.in_project:
        raise InputError(
            f"{path} is outside the project, where COPY can't read it",
            place=place,
            hint="run bpkit convert in a directory that contains it",
        )
    if any(machine.host.below(at)):
        raise InputError(
            f"the script makes {at}, and copies it into a container",
            place=place,
            hint="make it in the stage that needs it",
        )
    if machine.ground.ignores(".", at):
        raise InputError(
            f"this copies {at}, which .dockerignore excludes from COPY",
            place=place,
            hint=f"remove the line that excludes {at} from .dockerignore",
        )
    return at


def mount_of(machine: Machine, path: HostPath) -> ScriptContainer | None:
    """The working container whose files are mounted where the path is; None for other paths."""
    name = next((machine.mounted[s] for s in path.symbols if s in machine.mounted), None)
    return machine.container(value(name)) if name is not None else None


def copy_by_mount(machine: Machine, action: CopyHost) -> bool:
    """Add a COPY if ``cp`` is to or from a mounted container; whether it is. Raises InputError."""
    into = mount_of(machine, action.destination)
    froms = [mount_of(machine, path) for path in action.origins]
    if into is None and not any(froms):
        return False
    place = action.source.place
    if into is None:
        raise InputError(
            "this copies files out of a container to the host through its mount",
            place=place,
            hint="copy them into the other container: buildah copy --from",
        )
    for path, maker in zip(action.origins, froms, strict=True):
        flags = [] if maker is None else [f"--from={maker.built.tag}"]
        source = _host_source(machine, path, place) if maker is None else _inside(path)
        target = _inside(action.destination)
        name = posixpath.basename(source)
        is_there = target == "/" or machine.host.is_directory(action.destination)
        is_directory = machine.ground.is_directory(source) if maker is None else action.recursive
        if path.ending == "/.":
            source = source if maker is None else f"{source}/"
        elif is_there or action.destination.ending == "/":
            target = posixpath.join(target, name)
        elif is_directory and posixpath.basename(target) != name:
            raise InputError(
                f"whether {target} is a directory in the container is not known",
                place=place,
                hint="end the path with a slash if it is a directory",
            )
        _write(into.built, _line("COPY", flags, [source, target], place))
    return True


def _inside(path: HostPath) -> str:
    return posixpath.normpath(f"/{path.path}")


def commit_working(machine: Machine, container: ScriptContainer, action: calls.Commit) -> None:
    """``buildah commit``: the stage's present state becomes the image."""
    image = action.image or Value()
    built = container.built
    if built.committed:
        raise InputError(
            "this container is committed twice",
            place=action.source.place,
            hint="start another container from the image",
        )
    before, built.tag = built.tag, tag_text(image)
    built.committed = True
    for other in machine.built:
        text = other.dockerfile.text.replace(f"--from={before} ", f"--from={built.tag} ")
        if text != other.dockerfile.text:
            other.dockerfile = parse(text, other.dockerfile.name)
    built.said += (image,)
    machine.built.remove(built)
    machine.built.append(built)
    machine.name(built, [full_tag(str(image))])
    machine.decide(action.source.place, Fate.CARRIED, "becomes the image of its stage")


def check_unmounted_paths(machine: Machine, action: calls.Action) -> None:
    """Raises InputError if a command on the host changes files of a mounted container.

    Copies are followed, and COPY creates directories.
    """
    if isinstance(action, CopyHost | MakeDirectory):
        return
    for one in vars(action).values():
        for path in one if isinstance(one, tuple) else (one,):
            if isinstance(path, HostPath) and mount_of(machine, path) is not None:
                raise InputError(
                    "this changes files in a container through its mount",
                    hint="use buildah run, or buildah copy",
                )
