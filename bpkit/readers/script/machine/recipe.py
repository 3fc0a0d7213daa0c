"""A script as read → a recipe: which images it builds, and what it carries between them.

Each action of the script is followed on a model of the host's files, so that renames, directories
and copies of copies are known. What becomes of each line is decided here for the lines that the
reader of scripts could only guess about.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bpkit.conversion import Note, Problem, Remarks, full_tag
from bpkit.core import BUILD, RUNTIME, Image, Recipe
from bpkit.errors import BpkitError, InputError, Place
from bpkit.formats.context import needs
from bpkit.readers.script.machine.archives import judge_archives
from bpkit.readers.script.machine.follow import follow
from bpkit.readers.script.machine.host import Alias, Ground, Out, Written
from bpkit.readers.script.machine.images import BuiltImage, renamed
from bpkit.readers.script.machine.machine import Machine, TakenOut
from bpkit.readers.script.machine.names import common_start, stage_word
from bpkit.readers.script.model.docker_actions import Push, Save, Tag
from bpkit.readers.script.model.reading import Fate, LineFate, ScriptReading
from bpkit.readers.script.model.values import identifier


@dataclass(frozen=True)
class ScriptRecipe:
    """A recipe read from a script, and what becomes of the script's lines.

    ``flags`` are what each image's build had besides, as written, and ``labels`` those that mean
    this image alone. ``virtual`` names the images whose context is no directory of the project: it
    holds artifacts only. ``tags`` are the images' tags as words of a command, None where the script
    gives none. ``left_behind`` is what the script leaves on the host and in the engine,
    ``files`` the Dockerfiles that it builds from. ``has_choices``: called otherwise, it makes
    something else. ``unmade`` are the tags that the script leaves in the engine, and the new form
    doesn't. ``builds`` is where each image is built, ``carried`` are all commands on images,
    containers and files that the new form does by itself; ``has_added`` says that build
    arguments were added for some of them.
    """

    recipe: Recipe
    lines: tuple[LineFate, ...]
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


def read_recipe(reading: ScriptReading, ground: Ground, project: str) -> ScriptRecipe:
    """The recipe of a script. Raises ConversionError with all that can't be followed."""
    remarks = Remarks()
    remarks.problems += [Problem(r.message, r.place, r.hint) for r in reading.refusals]
    remarks.notes += [Note(one.message, one.place) for one in reading.assumptions]
    machine = Machine(ground, remarks)
    for action in reading.actions:
        try:
            follow(machine, action)
        except BpkitError as error:
            remarks.error(error, action.source.place)
    judge_archives(machine)
    chosen = _connected(machine, remarks, reading)
    remarks.stop_if_any()
    images = tuple(_images(chosen, machine, project))
    names = {built.name: image.name for built, image in zip(chosen, images, strict=True)}
    _judge_placed(machine, chosen, remarks)
    _judge_added(chosen, remarks)
    _judge_commands(reading, chosen, remarks)
    _judge_said(chosen, machine, images)
    remarks.stop_if_any()
    return ScriptRecipe(
        Recipe(project, images),
        tuple(_lines(reading, machine, chosen)),
        tuple(remarks.notes),
        tuple((names[built.name], built.flags) for built in chosen),
        tuple((names[built.name], built.labels) for built in chosen),
        frozenset(names[built.name] for built in chosen if built.is_virtual),
        tuple((names[built.name], _shown_tag(built)) for built in chosen),
        tuple(_left_behind(machine, chosen, images)),
        tuple(dict.fromkeys(_files(machine, chosen))),
        any(one.is_choice for one in reading.assumptions),
        tuple(built.tag for built in _unmade(machine, chosen, images)),
        tuple((names[b.name], b.build.source.place) for b in chosen if b.build),
        tuple(a.source.place for a in reading.actions if not isinstance(a, Push | Save | Tag)),
        any(line.startswith("ARG ") for built in chosen for line in built.added),
    )


def _files(machine: Machine, chosen: list[BuiltImage]) -> Iterator[str]:
    for built in chosen:
        if machine.ground.text(built.dockerfile.name) is not None:
            yield built.dockerfile.name


def _shown_tag(built: BuiltImage) -> str | None:
    if built.derived is not None:
        return built.said[0].word if built.said and built.tag else None
    tags = built.build.tags if built.build else ()
    return tags[0].word if tags else None


def _judge_said(chosen: list[BuiltImage], machine: Machine, images: tuple[Image, ...]) -> None:
    """What the new command can only name, since nothing outside of the script knows it."""
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
        for name, one in fixed.items():
            machine.remarks.note(
                f"'{one}' is fixed here; in the script it follows {name}",
                place,
            )


def _why_nothing_flows(machine: Machine, reading: ScriptReading) -> Iterator[str]:
    """What was copied out, what is asked for and not there, and what was not reached."""
    for out in machine.outs:
        to = f" to {out.path}" if out.path else ""
        yield f"{out.place} takes {out.source} out{to}, and no COPY takes that"
    made = [built for built in machine.built if built.build is not None]
    if not machine.outs:
        yield "no file is taken out of a container"
    for built in made:
        if built.is_virtual:
            continue
        for source in needs(built.dockerfile, build_args=built.known_args).sources:
            path = posixpath.normpath(posixpath.join(built.context, source.pattern))
            there = machine.ground.text(path) is not None or machine.ground.is_directory(path)
            if source.known and not source.glob and not there:
                yield f"{source.place} takes {source.text}, which nothing brings"
    if len(made) < 2:
        count = "one image is built" if made else "no image is built"
        yield f"{count} when the script is run as it is"
    for line in reading.lines:
        is_build = re.search(r"\bbuild\b", line.text) and line.fate is Fate.NOT_NEEDED
        if is_build and "not reached" in line.why:
            yield f"{line.place} {line.why}"
    yield from (f"{one.place}: {one.message}" for one in reading.assumptions)


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
    if len(groups) == 1:
        return next(iter(groups.values()))
    if not groups and not remarks.problems:
        raise InputError(
            "nothing flows from one image to another, so there is nothing to convert: "
            + "; ".join(_why_nothing_flows(machine, reading)),
            place=Place(reading.name),
            hint="name the right script with --script, or leave it out for a pair of Dockerfiles",
        )
    tags = "; ".join(", ".join(b.tag for b in group) for group in groups.values())
    if groups:
        remarks.problem(
            f"these images have nothing to do with each other: {tags}",
            Place(reading.name),
            "one multi-stage Dockerfile makes one of these groups: choose it by --script-arg "
            "(a goal of the Makefile, an argument of the script)",
        )
    return []


def _makers(built: BuiltImage, machine: Machine) -> Iterator[str]:
    """The images that it takes files of, or starts from."""
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
    """What the script put into contexts besides artifacts: copies of files, files it wrote."""
    for built in chosen:
        aliases = [(path, one) for path, one in built.taken() if isinstance(one, Alias)]
        for path, one in built.taken():
            if isinstance(one, Written):
                _written(machine, built, path, one, remarks)
        if not built.is_virtual:
            for path, alias in aliases:
                message = f"copy it to {path} before the build: the Dockerfile takes it there"
                machine.decide(alias.place, Fate.LEFT, message)
            continue
        for path, alias in aliases:
            if alias.path != path:
                remarks.problem(
                    f"{alias.path} is called {path} in a context that only the script makes",
                    alias.place,
                    f"write COPY {alias.path} into {built.dockerfile.name}",
                )


def _judge_added(chosen: list[BuiltImage], remarks: Remarks) -> None:
    """A RUN added for what ran in a container must not reach images that start from its image."""
    for built in chosen:
        tags = set(built.base_tags())
        for other in chosen:
            if other is not built and other.added and full_tag(other.tag) in tags:
                remarks.problem(
                    f"{other.added[0]} belongs into {other.dockerfile.name}, from which "
                    f"{built.dockerfile.name} starts too, without it",
                    Place(built.dockerfile.name),
                    "write a Dockerfile of its own for what runs in the container",
                )


def _judge_commands(reading: ScriptReading, chosen: list[BuiltImage], remarks: Remarks) -> None:
    """A command that is not followed must not have worked on an artifact before a build took it."""
    for built in chosen:
        for path, one in built.taken():
            if not isinstance(one, Out) or built.build is None:
                continue
            after, before = one.place.line or 0, built.build.source.place.line or 0
            on_host = {path, posixpath.normpath(posixpath.join(built.context, path))}
            for line in reading.lines:
                at = line.place.line or 0
                words = {posixpath.normpath(word) for word in line.text.split()}
                if line.fate == Fate.LEFT and after < at < before and words & on_host:
                    remarks.problem(
                        f"this works on {path} between the builds, which a COPY out of the stage "
                        "would pass by",
                        line.place,
                        "do it by a RUN in the stage that makes it",
                    )


def _written(
    machine: Machine, built: BuiltImage, path: str, one: Written, remarks: Remarks
) -> None:
    if built.is_virtual:
        remarks.problem(
            f"the script makes {path} in a context of its own",
            one.place,
            "make it in the stage that needs it: RUN, or COPY with a heredoc",
        )
    else:
        machine.decide(
            one.place, Fate.LEFT, f"make {path} before the build: the Dockerfile takes it"
        )


def _stays(out: TakenOut, machine: Machine) -> bool:
    """Whether the script leaves in the project what came out."""
    outside = out.path.startswith(("/", "$", "..")) or not out.path
    return not outside and any(machine.host.below(out.path))


def _left_behind(
    machine: Machine, chosen: list[BuiltImage], images: tuple[Image, ...]
) -> Iterator[Note]:
    """What the script leaves on the host and in the engine, and the new form doesn't."""
    for out in machine.outs:
        if out.place not in machine.unpacked and _stays(out, machine):
            yield Note(f"{out.path} no longer comes to the host", out.place)
    for built in _unmade(machine, chosen, images):
        place = built.build.source.place if built.build else built.derived
        yield Note(f"the image {built.tag} is no longer made", place)


def _unmade(
    machine: Machine, chosen: list[BuiltImage], images: tuple[Image, ...]
) -> Iterator[BuiltImage]:
    """The images that stay after the script under a tag that nothing makes any more."""
    shipped = {b.tag for b, i in zip(chosen, images, strict=True) if i.role == RUNTIME}
    for built in chosen:
        is_own = built.build is not None or built.derived is not None
        if is_own and built.tag and built.tag not in {*shipped, *machine.gone}:
            yield built


def _lines(
    reading: ScriptReading, machine: Machine, chosen: list[BuiltImage]
) -> Iterator[LineFate]:
    """The lines with what was decided of them; an artifact that no image takes is left."""
    outs = [o for built in chosen for _, o in built.taken() if isinstance(o, Out)]
    named = [o for built in chosen for o in built.taken_by_name() if isinstance(o, Out)]
    wanted = {(one.place, one.maker) for one in outs}
    by_name = {(one.place, one.maker) for one in named}
    for out in machine.outs:
        if (out.place, out.maker) not in wanted and out.place not in machine.unpacked:
            machine.decide(
                out.place,
                Fate.LEFT,
                "no image takes this: if you want it on the host, build its stage with "
                "--target and copy it out",
            )
        elif (out.place, out.maker) not in by_name and _stays(out, machine):
            machine.decide(
                out.place,
                Fate.LEFT,
                f"an image takes it with all of its context, and it stays on the host as "
                f"{out.path}: if you want it there, build its stage with --target and copy it out",
            )
    others = [built for built in machine.built if built not in chosen and built.build]
    for built in others:
        assert built.build is not None
        machine.decide(
            built.build.source.place, Fate.LEFT, f"builds {built.tag}, which takes no part in this"
        )
    for built in machine.built:
        if built.derived is not None and built not in chosen:
            why = f"makes {built.tag}, which takes no part in this"
            machine.decide(built.derived, Fate.LEFT, why)
    for line in reading.lines:
        decided = machine.decisions.get(line.place)
        # The decision is about a command of docker's or on files; what else stands on the line
        # (a variable, a condition) the reader has judged already.
        if decided is not None and line.fate in {Fate.CARRIED, decided[0]}:
            yield replace(line, fate=decided[0], why=decided[1])
        else:
            yield line
