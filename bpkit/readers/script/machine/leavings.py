"""What a script leaves on the host and in the engine, and what becomes of each of its lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bpkit.conversion import Note
from bpkit.core import RUNTIME, Image
from bpkit.errors import Place
from bpkit.formats.context import needs
from bpkit.formats.text import is_glob
from bpkit.readers.script.machine.host import Out
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, TakenOut
from bpkit.readers.script.model.reading import Fate, LineFate, ScriptReading


def judge_left(machine: Machine, chosen: list[BuiltImage]) -> None:
    """A file that is left on the host and that no build takes belongs to no image."""
    taken = {origin.place for built in chosen for _, origin in built.taken()} | machine.read
    for path, origin in machine.host.left():
        if not isinstance(origin, Out) and origin.place not in taken:
            machine.decide(origin.place, Fate.LEFT, f"leaves {path} on the host; no image takes it")


def judge_cleared(machine: Machine, chosen: list[BuiltImage]) -> None:
    """A file of the project that the script removes before a build, and the new form has there."""
    for built in chosen:
        taken = {source.pattern for source in needs(built.dockerfile).sources}
        for path, place in built.cleared:
            above = path.split("/")[:-1]
            around = {".", *("/".join(above[: n + 1]) for n in range(len(above)))}
            if taken & around and not machine.ground.ignores(built.context, path):
                why = (
                    f"the Dockerfile copies the directory that {path} is in: remove it before the "
                    "build too, or name it in the .dockerignore"
                )
                machine.decide(place, Fate.LEFT, why)


def judge_trimmed(machine: Machine, chosen: list[BuiltImage]) -> None:
    """What the script takes away from an artifact before a build that takes the artifact whole."""
    for built in chosen:
        taken = {path for path, one in built.taken() if isinstance(one, Out)}
        patterns = {source.pattern for source in needs(built.dockerfile).sources}
        for path, place in built.trimmed:
            is_of_taken = any(path.startswith(f"{at}/") for at in taken)
            if is_of_taken and any(_takes(pattern, path) for pattern in patterns):
                why = (
                    f"{path} is taken away before the build, and COPY out of the stage takes it: "
                    "remove it by a RUN in the stage that makes it"
                )
                machine.decide(place, Fate.LEFT, why)


def _takes(pattern: str, path: str) -> bool:
    """Whether a COPY of ``pattern`` may take what was at ``path``."""
    around = pattern.rstrip("/")
    return around in {"", "."} or is_glob(pattern) or f"{path}/".startswith(f"{around}/")


def judge_ignore_files(machine: Machine, chosen: list[BuiltImage]) -> None:
    """A ``.dockerignore`` that the script puts beside artifacts: COPY out of a stage has none."""
    for built in chosen:
        has_artifacts = any(isinstance(one, Out) for _, one in built.taken())
        for path, origin in built.placed if has_artifacts else ():
            if path == ".dockerignore" or path.endswith("/Dockerfile.dockerignore"):
                why = (
                    "what it keeps from the context, COPY out of the stage takes: see that it "
                    "names no artifact, or remove those by a RUN in the stage"
                )
                machine.decide(origin.place, Fate.LEFT, why)


def judge_shipped(machine: Machine, chosen: list[BuiltImage], used: set[str]) -> set[str]:
    """Keep out of an image that ships what only ran in a container of it; returns their names."""
    found = set()
    for built in chosen:
        ran = {place: line for place, line in built.ran.items() if line in built.added}
        if built.name in used or built.build is None or not ran:
            continue
        found.add(built.name)
        built.added.clear()
        made = {f"{line} added to {built.dockerfile.name}" for line in ran.values()}
        machine.remarks.notes[:] = [n for n in machine.remarks.notes if n.message not in made]
        why = "runs in a container of an image that ships, and no image takes what it makes"
        for place in ran:
            machine.decisions[place] = (Fate.LEFT, why)
        for out in machine.outs:
            if out.maker == built.name:
                why = "no image takes this, which a container of the image makes when it runs"
                machine.decide(out.place, Fate.LEFT, why)
    return found


def _stays(out: TakenOut, machine: Machine) -> str:
    """Where in the project the script leaves what came out; empty if nowhere."""
    for path, origin in machine.host.left():
        outside = path.startswith(("/", "$", ".."))
        if outside or not isinstance(origin, Out) or origin.maker != out.maker:
            continue
        if origin.place == out.place and origin.path in {out.source, f"{out.source}/."}:
            return path
    return ""


@dataclass(frozen=True)
class HostFile:
    """What the script leaves at ``path`` of the project: ``source`` of the image ``maker``.

    ``is_archive`` says that it is a tar of that, ``compressed`` with gzip; ``is_own`` that the
    project has a directory there, into which it comes.
    """

    path: str
    maker: str
    source: str
    place: Place
    is_archive: bool = False
    compressed: bool = False
    is_own: bool = False

    @property
    def note(self) -> Note:
        """What is told of it."""
        if self.is_own:
            return Note(
                f"the files of {self.source} are no longer copied to {self.path}", self.place
            )
        return Note(f"{self.path} is no longer copied to the host", self.place)


def host_files(machine: Machine) -> Iterator[HostFile]:
    """The artifacts that the script leaves on the host."""
    for out in machine.outs:
        if path := _stays(out, machine):
            lying = (o for p, o in machine.host.left() if p == path and o.place == out.place)
            origin = next(lying, None)
            if isinstance(origin, Out):
                packed = (origin.archive, origin.compressed)
                is_own = machine.ground.is_own_directory(path)
                yield HostFile(path, out.maker, out.source, out.place, *packed, is_own)


def judge_archives_left(machine: Machine) -> None:
    """An archive that docker cp can't make again is left to the user."""
    for path, origin in machine.host.left():
        if not isinstance(origin, Out) or not origin.archive:
            continue
        if len(origin.members) > 1 or origin.path.startswith("/tmp/packed/"):
            why = f"leaves {path} on the host: pack it of the image's files if you want it there"
            machine.decide(origin.place, Fate.LEFT, why)


def left_behind(
    machine: Machine, chosen: list[BuiltImage], images: tuple[Image, ...]
) -> Iterator[Note]:
    """What the script leaves in the engine, and the new form doesn't."""
    for built in unmade(machine, chosen, images):
        place = built.build.source.place if built.build else built.derived
        tag = built.build.tags[0] if built.build and built.build.tags else built.tag
        yield Note(f"the image {tag} is no longer made", place)


def unmade(
    machine: Machine, chosen: list[BuiltImage], images: tuple[Image, ...]
) -> Iterator[BuiltImage]:
    """The images that stay after the script under a tag that nothing makes any more."""
    shipped = {b.tag for b, i in zip(chosen, images, strict=True) if i.role == RUNTIME}
    for built in chosen:
        is_own = built.build is not None or built.derived is not None
        if is_own and built.tag and built.tag not in {*shipped, *machine.gone}:
            yield built


def judged_lines(
    reading: ScriptReading, machine: Machine, chosen: list[BuiltImage]
) -> Iterator[LineFate]:
    """The lines with what was decided of them; an artifact that no image takes is left."""
    outs = [o for built in chosen for _, o in built.taken() if isinstance(o, Out)]
    named = [o for built in chosen for o in built.taken_by_name() if isinstance(o, Out)]
    wanted = {(one.place, one.maker) for one in outs}
    by_name = {(one.place, one.maker) for one in named}
    asked = {s.pattern for built in chosen for s in needs(built.dockerfile).sources}
    for place, (ignored, pattern) in machine.divided.items():
        if any(one.place == place for one in outs) and pattern not in asked:
            why = (
                f"{ignored} lets only a part of this into the context, COPY out of the stage takes "
                "all that it names: see that it names no more, or remove the rest by a RUN"
            )
            machine.decide(place, Fate.LEFT, why)
    for out in machine.outs:
        if (out.place, out.maker) not in wanted and out.place not in machine.unpacked:
            machine.decide(
                out.place,
                Fate.LEFT,
                "no image takes this: if you want it on the host, build its stage with "
                "--target and copy it out",
            )
        elif (out.place, out.maker) not in by_name and (path := _stays(out, machine)):
            machine.decide(
                out.place,
                Fate.LEFT,
                f"an image takes it with all of its context, and it stays on the host as {path}: "
                "if you want it there, build its stage with --target and copy it out; if not, "
                "remove it, or the image takes the old one, too",
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
        open_ = {Fate.CARRIED, Fate.NOT_NEEDED} if decided and decided[0] is Fate.LEFT else set()
        if line.place in machine.worked:
            open_ = {Fate.LEFT}
        if decided is not None and line.fate in {Fate.CARRIED, decided[0], *open_}:
            yield replace(line, fate=decided[0], why=decided[1])
        else:
            yield line
