"""From a script as read to a recipe: the images that it builds, and the files between them.

Each action of the script is followed in a model of the host's files, which covers renames,
directories and copies of copies. This module also decides the fate of the lines that the reader of
scripts could only guess at.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bpkit.conversion import Note, Problem, Remarks, full_tag
from bpkit.core import BUILD, RUNTIME, Image, Recipe
from bpkit.errors import BpkitError, InputError, Place
from bpkit.readers.script.machine.archives import judge_archives
from bpkit.readers.script.machine.follow import follow
from bpkit.readers.script.machine.host import Alias, Ground, Out, WrittenFile
from bpkit.readers.script.machine.images import BuiltImage, renamed
from bpkit.readers.script.machine.leavings import (
    HostFile,
    host_files,
    judge_archives_left,
    judge_cleared,
    judge_ignore_files,
    judge_later_runs,
    judge_left,
    judge_shipped,
    judge_trimmed,
    judged_lines,
    left_behind,
    unmade,
)
from bpkit.readers.script.machine.machine import Machine
from bpkit.readers.script.machine.names import common_start, stage_word
from bpkit.readers.script.machine.no_flow import (
    only_reads,
    what_may_help,
    why_nothing_flows,
    works_on,
)
from bpkit.readers.script.model.docker_actions import (
    Action,
    Push,
    RemoveContainer,
    RemoveImage,
    RunContainer,
    Save,
    Tag,
)
from bpkit.readers.script.model.host_actions import MakeDirectory, RemoveHost
from bpkit.readers.script.model.reading import Fate, LineFate, ScriptReading
from bpkit.readers.script.model.values import Origin, identifier


@dataclass(frozen=True)
class ScriptRecipe:
    """A recipe read from a script, and what becomes of each of the script's lines.

    ``flags`` are the other flags of each image's build, as written, and ``labels`` those that apply
    to this image alone. ``virtual`` names the images whose context isn't a project directory but
    holds artifacts only. ``tags`` are the images' tags as words of a command, None if the script
    sets none. ``left_behind`` is what the script leaves in the engine, ``host_files`` on the host;
    ``files`` are the Dockerfiles that it builds from. ``has_choices``: started in another way, it
    makes something else. ``unmade`` are the tags that the script leaves in the engine and the new
    build doesn't. ``builds`` is the place of each image's build, ``carried`` are all commands on
    images, containers and files that the new build makes unnecessary, ``tidying`` those of them
    that only clean up. ``has_added``: build arguments were added for some of them. ``cleared`` are
    the paths in each image's context that the script removes before its build, ``declared`` is the
    place in a Compose file that declares an image's build.
    """

    recipe: Recipe
    lines: tuple[LineFate, ...] = ()
    notes: tuple[Note, ...] = ()
    flags: tuple[tuple[str, tuple[str, ...]], ...] = ()
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    virtual: frozenset[str] = frozenset()
    tags: tuple[tuple[str, str | None], ...] = ()
    left_behind: tuple[Note, ...] = ()
    files: tuple[str, ...] = ()
    has_choices: bool = False
    unmade: tuple[str, ...] = ()
    builds: tuple[tuple[str, Place], ...] = ()
    carried: tuple[Place, ...] = ()
    has_added: bool = False
    tidying: tuple[Place, ...] = ()
    host_files: tuple[HostFile, ...] = ()
    cleared: tuple[tuple[str, tuple[str, ...]], ...] = ()
    declared: tuple[tuple[str, Place], ...] = ()


def read_recipe(reading: ScriptReading, ground: Ground, project: str) -> ScriptRecipe:
    """The recipe of a script. Raises ConversionError with everything that can't be followed."""
    remarks = Remarks()
    remarks.problems += [Problem(r.message, r.place, r.hint) for r in reading.refusals]
    remarks.notes += [Note(one.message, one.place) for one in reading.assumptions]
    machine = Machine(ground, remarks)
    for action in reading.actions:
        try:
            follow(machine, action)
        except BpkitError as error:
            remarks.error(error, action.source.place)
    judge_archives(machine, reading)
    chosen = _connected(machine, remarks, reading)
    remarks.stop_if_any()
    used = {maker for built in chosen for maker in _makers(built, machine)}
    only_run = judge_shipped(machine, chosen, used)
    images = tuple(_images(chosen, machine, project))
    names = {built.name: image.name for built, image in zip(chosen, images, strict=True)}
    _judge_placed(machine, chosen, remarks)
    judge_left(machine, chosen)
    judge_later_runs(machine)
    judge_archives_left(machine)
    judge_cleared(machine, chosen)
    judge_trimmed(machine, chosen)
    judge_ignore_files(machine, chosen)
    _judge_added(chosen, remarks)
    _judge_commands(reading, machine, chosen, remarks)
    _judge_said(chosen, machine, images)
    _judge_volumes(chosen, remarks)
    remarks.stop_if_any()
    return ScriptRecipe(
        Recipe(project, images),
        tuple(judged_lines(reading, machine, chosen)),
        tuple(remarks.notes),
        tuple((names[built.name], built.flags) for built in chosen),
        tuple((names[built.name], built.labels) for built in chosen),
        frozenset(names[built.name] for built in chosen if built.is_virtual),
        tuple((names[built.name], _shown_tag(built)) for built in chosen),
        tuple(left_behind(machine, chosen, images)),
        tuple(dict.fromkeys(_files(machine, chosen))),
        any(one.is_choice for one in reading.assumptions),
        tuple(
            built.tag
            for built in unmade(machine, chosen, images)
            if built.build is None or built.build.tags[0].text is not None
        ),
        tuple((names[b.name], b.build.source.place) for b in chosen if b.build),
        tuple(a.source.place for a in _carried(reading, machine, chosen, images)),
        any(line.startswith("ARG ") for built in chosen for line in built.added),
        tuple(one.source.place for one in reading.actions if isinstance(one, _TIDYING)),
        tuple(
            replace(one, maker=names[one.maker])
            for one in host_files(machine)
            if one.maker in names and one.maker not in only_run
        ),
        tuple((names[built.name], tuple(path for path, _ in built.cleared)) for built in chosen),
        tuple((names[b.name], b.build.declared) for b in chosen if b.build and b.build.declared),
    )


# Actions that only clean up, or create a directory.
_TIDYING = RemoveHost | RemoveContainer | RemoveImage | MakeDirectory


def _carried(
    reading: ScriptReading, machine: Machine, chosen: list[BuiltImage], images: tuple[Image, ...]
) -> Iterator[Action]:
    """The commands that the new build carries out itself or doesn't need."""
    stages = [b for b, image in zip(chosen, images, strict=True) if image.role == BUILD]
    for one in reading.actions:
        if isinstance(one, Push | Save | Tag):
            continue
        if isinstance(one, RemoveImage):
            used = [machine.known(name) for name in one.images]
        elif isinstance(one, RemoveContainer):
            found = [machine.containers.get(str(name)) for name in one.containers]
            used = [container.built for container in found if container is not None]
        else:
            used = [machine.known(one.image)] if isinstance(one, RunContainer) else []
        # Commands on the image that ships, or on a foreign one, are still needed.
        if all(built in stages for built in used):
            yield one


def _files(machine: Machine, chosen: list[BuiltImage]) -> Iterator[str]:
    for built in chosen:
        if machine.ground.text(built.dockerfile.name) is not None:
            yield built.dockerfile.name


def _shown_tag(built: BuiltImage) -> str | None:
    if built.derived is not None:
        said = built.said[-1:] if built.is_working else built.said[:1]
        return said[0].word if said and built.tag else None
    tags = built.build.tags if built.build else ()
    return tags[0].word if tags else None


def _judge_volumes(chosen: list[BuiltImage], remarks: Remarks) -> None:
    """Judge a VOLUME in a stage that makes something after it."""
    for built in chosen:
        for one in built.dockerfile.instructions:
            if built.added and one.keyword == "VOLUME":
                remarks.note(
                    "VOLUME omitted: what a later RUN puts there would be lost on the classic "
                    "builder",
                    built.dockerfile.place(one),
                )


def _judge_said(chosen: list[BuiltImage], machine: Machine, images: tuple[Image, ...]) -> None:
    """Note values that the new command can only name, since only the script can compute them."""
    for built, image in zip(chosen, images, strict=True):
        place = built.build.source.place if built.build else built.derived
        if place is None:
            continue
        only_named = {identifier(s): s for one in built.said for s in one.unwritable}
        fixed = {d.name: d for one in built.said for d in one.defaults if d.shell is None}
        if only_named and image.role == RUNTIME:
            names = ", ".join(only_named)
            machine.decide(
                place,
                Fate.LEFT,
                f"the build is carried over; set {names} as the script does before you run it",
            )
        if image.role == RUNTIME and (path := _reads_artifact(built, machine)):
            why = f"the build is carried over; its command reads {path}, which stays in the image"
            machine.decide(place, Fate.LEFT, f"{why}: take it out of the stage before")
        for name, one in fixed.items():
            machine.remarks.note(
                f"'{one}' is fixed here; in the script {name} sets it",
                place,
            )


def _reads_artifact(built: BuiltImage, machine: Machine) -> str:
    """The artifact that a command in a value of the build reads on the host; "" if none."""
    paths = [out.path for out in machine.outs if out.path not in {"", "."}]
    for symbol in (symbol for one in built.said for symbol in one.symbols):
        words = symbol.name.split() if symbol.origin is Origin.COMMAND else []
        for word in map(posixpath.normpath, words):
            if any(word == path or word.startswith(f"{path}/") for path in paths):
                return word
    return ""


def _connected(machine: Machine, remarks: Remarks, reading: ScriptReading) -> list[BuiltImage]:
    """The images that something flows between; several unconnected groups are a problem."""
    parent = {built.name: built.name for built in machine.built}

    def root(at: str) -> str:
        while parent[at] != at:
            at = parent[at]
        return at

    linked: set[str] = set()
    for built in machine.built:
        for maker in _makers(built, machine):
            linked |= {built.name, maker}
            parent[root(maker)] = root(built.name)
    groups: dict[str, list[BuiltImage]] = {}
    for built in machine.built:
        if built.name in linked:
            groups.setdefault(root(built.name), []).append(built)
    contexts = {built.context for built in machine.built if built.name in linked}
    if len(groups) == 1 or (groups and len(contexts) == 1):
        # Groups of one build context share a file, and differ by target.
        return [built for built in machine.built if built.name in linked]
    if not groups and not remarks.problems:
        raise InputError(
            "nothing flows from one image to another, so there is nothing to convert: "
            + "; ".join(why_nothing_flows(machine, reading)),
            place=Place(reading.name),
            hint=what_may_help(machine, reading),
        )
    tags = "; ".join(", ".join(b.tag for b in group) for group in groups.values())
    if groups:
        remarks.problem(
            f"nothing flows between these images: {tags}",
            Place(reading.name),
            "choose one group with --script-arg if the Makefile has a goal or the script an "
            "argument for it, or give each group its own script",
        )
    return []


def _makers(built: BuiltImage, machine: Machine) -> Iterator[str]:
    """The images that it copies files from or starts from."""
    yield from (artifact.maker for artifact in built.artifacts())
    tags = set(built.base_tags())
    earlier = machine.built[: machine.built.index(built)]
    for tag in tags:
        for other in reversed(earlier):
            is_made = other.build is not None or other.derived is not None
            if is_made and full_tag(other.tag) == tag:
                yield other.name
                break


def _images(chosen: list[BuiltImage], machine: Machine, project: str) -> Iterator[Image]:
    used = {maker for built in chosen for maker in _makers(built, machine)}
    last = chosen[-1]
    names: dict[str, str] = {}
    start = common_start([built.tag for built in chosen])
    for built in chosen:
        is_build = built.name in used
        word = stage_word(built.tag, last.tag, built.path, start) if built is not last else RUNTIME
        if not is_build and built is not last:
            word = stage_word(built.tag, "", built.path, start)
        names[built.name] = _fresh(word, set(names.values()))
    for built in chosen:
        image = replace(built.image(), artifacts=tuple(dict.fromkeys(built.artifacts())))
        ships = built.name not in used or built.pushed
        role = RUNTIME if ships else BUILD
        yield renamed(replace(image, role=role, tag=image.tag or project), names)


def _fresh(word: str, taken: set[str]) -> str:
    found = word
    number = 2
    while found in taken:
        found = f"{word}{number}"
        number += 1
    return found


def _judge_placed(machine: Machine, chosen: list[BuiltImage], remarks: Remarks) -> None:
    """Judge files in contexts that aren't artifacts: copies of project files, files written."""
    for built in chosen:
        aliases = [
            (path, one)
            for path, one in built.taken()
            if isinstance(one, Alias) and one.place not in machine.read
        ]
        for path, one in built.taken():
            if isinstance(one, WrittenFile):
                _written(machine, built, path, one, remarks)
        if not built.is_virtual:
            for path, alias in aliases:
                message = f"copy it to {path} before the build: the Dockerfile copies it from there"
                machine.decide(alias.place, Fate.LEFT, message)
            continue
        for path, alias in aliases:
            if alias.path != path:
                remarks.problem(
                    f"{alias.path} is named {path} in a context that only the script makes",
                    alias.place,
                    f"write COPY {alias.path} in {built.dockerfile.name}",
                )


def _judge_added(chosen: list[BuiltImage], remarks: Remarks) -> None:
    """Refuse a RUN added for a container that would reach images starting from its image."""
    for built in chosen:
        tags = set(built.base_tags())
        for other in chosen:
            is_made = other.build is not None or other.derived is not None
            if is_made and other is not built and other.added and full_tag(other.tag) in tags:
                remarks.problem(
                    f"{other.added[0]} belongs in {other.dockerfile.name}, but "
                    f"{built.dockerfile.name} starts from its image without it",
                    Place(built.dockerfile.name),
                    "write a separate Dockerfile for the command that runs in the container",
                )


def _judge_commands(
    reading: ScriptReading, machine: Machine, chosen: list[BuiltImage], remarks: Remarks
) -> None:
    """Refuse a command that isn't followed and may work on an artifact before a build copies it."""
    for built in chosen:
        for path, one in built.taken():
            if not isinstance(one, Out) or built.build is None:
                continue
            after, before = one.place.line or 0, built.build.source.place.line or 0
            at = posixpath.normpath(posixpath.join(built.context, path))
            for line in reading.lines:
                is_between = after < (line.place.line or 0) < before
                is_open = line.fate == Fate.LEFT and line.place not in machine.worked
                works = works_on(line, {path, at}) and not only_reads(line, {path, at})
                if is_open and is_between and works:
                    remarks.problem(
                        f"this works on {path} between the builds, which COPY --from would bypass",
                        line.place,
                        "do it in a RUN in the stage that makes it",
                    )


def _written(
    machine: Machine, built: BuiltImage, path: str, one: WrittenFile, remarks: Remarks
) -> None:
    if built.is_virtual:
        remarks.problem(
            f"the script makes {path} in a separate context",
            one.place,
            "make it in the stage that needs it: RUN, or COPY with a heredoc",
        )
    else:
        machine.decide(
            one.place, Fate.LEFT, f"make {path} before the build: the Dockerfile copies it"
        )
