"""Leftovers of a script on the host and in the engine, and what becomes of each of its lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bpkit.conversion import Note
from bpkit.core import RUNTIME, Image
from bpkit.errors import Place
from bpkit.formats.text import is_glob
from bpkit.readers.script.machine.host import Out
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, TakenOut
from bpkit.readers.script.model.reading import Fate, LineFate, ScriptReading


def judge_left(machine: Machine, chosen: list[BuiltImage]) -> None:
    """Leave to the user a file that stays on the host and that no image takes."""
    taken = {origin.place for built in chosen for _, origin in built.taken()} | machine.read
    for path, origin in machine.host.left():
        if not isinstance(origin, Out) and origin.place not in taken:
            machine.decide(
                origin.place, Fate.LEFT, f"leaves {path} on the host; no image copies it"
            )


def judge_later_runs(machine: Machine) -> None:
    """Note what the next run does otherwise, because this one leaves a directory on the host."""
    left = {path for path, _ in machine.host.left()}
    machine.remarks.notes += [note for at, note in machine.later_runs if at in left]


def judge_cleared(machine: Machine, chosen: list[BuiltImage]) -> None:
    """Note project files that the script removes before a build, but that the new build finds."""
    for built in chosen:
        taken = set(built.asked)
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
    """Note the parts of an artifact that the script removes before a build copies all of it."""
    for built in chosen:
        taken = {path for path, one in built.taken() if isinstance(one, Out)}
        patterns = set(built.asked)
        for path, place in built.trimmed:
            is_of_taken = any(path.startswith(f"{at}/") for at in taken)
            if is_of_taken and any(_takes(pattern, path) for pattern in patterns):
                why = (
                    f"{path} is removed before the build, but COPY --from copies it: "
                    "remove it in a RUN in the stage that makes it"
                )
                machine.decide(place, Fate.LEFT, why)


def _takes(pattern: str, path: str) -> bool:
    """Whether a COPY of ``pattern`` may match what was at ``path``."""
    around = pattern.rstrip("/")
    return around in {"", "."} or is_glob(pattern) or f"{path}/".startswith(f"{around}/")


def judge_ignore_files(machine: Machine, chosen: list[BuiltImage]) -> None:
    """Note a ``.dockerignore`` that the script puts beside artifacts: COPY --from ignores it."""
    for built in chosen:
        has_artifacts = any(isinstance(one, Out) for _, one in built.taken())
        for path, origin in built.placed if has_artifacts else ():
            if path == ".dockerignore" or path.endswith("/Dockerfile.dockerignore"):
                why = (
                    "COPY --from doesn't heed this file: check that it matches no artifact, or "
                    "remove the artifacts that it matches in a RUN in the stage"
                )
                machine.decide(origin.place, Fate.LEFT, why)


def judge_shipped(machine: Machine, chosen: list[BuiltImage], used: set[str]) -> set[str]:
    """Keep what only ran in its containers out of an image that ships; returns the names used."""
    found = set()
    for built in chosen:
        ran = {place: line for place, line in built.ran.items() if line in built.added}
        if built.name in used or built.build is None or not ran:
            continue
        found.add(built.name)
        built.added.clear()
        made = {f"{line} added to {built.dockerfile.name}" for line in ran.values()}
        machine.remarks.notes[:] = [n for n in machine.remarks.notes if n.message not in made]
        why = "runs in a container of an image that ships, and no image copies what it makes"
        for place in ran:
            machine.decisions[place] = (Fate.LEFT, why)
        for out in machine.outs:
            if out.maker == built.name:
                why = "no image copies this, which a container of the image makes when it runs"
                machine.decide(out.place, Fate.LEFT, why)
    return found


def _stays(out: TakenOut, machine: Machine) -> str:
    """The path in the project that the script leaves the files at; empty if none."""
    for path, origin in machine.host.left():
        outside = path.startswith(("/", "$", ".."))
        if outside or not isinstance(origin, Out) or origin.maker != out.maker:
            continue
        if origin.place == out.place and origin.path in {out.source, f"{out.source}/."}:
            return path
    return ""


@dataclass(frozen=True)
class HostFile:
    """A leftover of the script at ``path`` in the project: ``source`` of the image ``maker``.

    ``is_archive``: it is a tar of the source, ``compressed`` with gzip. ``is_own``: the project has
    a directory there, and it is copied into that.
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
        """The note on it in the report."""
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
    """Leave to the user an archive that docker cp can't make again."""
    for path, origin in machine.host.left():
        if not isinstance(origin, Out) or not origin.archive:
            continue
        if len(origin.members) > 1 or origin.path.startswith("/tmp/packed/"):
            why = f"leaves {path} on the host: pack it from the image's files if you need it there"
            machine.decide(origin.place, Fate.LEFT, why)


def left_behind(
    machine: Machine, chosen: list[BuiltImage], images: tuple[Image, ...]
) -> Iterator[Note]:
    """What the script leaves in the engine, but the new build doesn't."""
    for built in unmade(machine, chosen, images):
        place = built.build.source.place if built.build else built.derived
        tag = built.build.tags[0] if built.build and built.build.tags else built.tag
        yield Note(f"the image {tag} is no longer made", place)


def unmade(
    machine: Machine, chosen: list[BuiltImage], images: tuple[Image, ...]
) -> Iterator[BuiltImage]:
    """The images that the script leaves under a tag that the new build doesn't make."""
    shipped = {b.tag for b, i in zip(chosen, images, strict=True) if i.role == RUNTIME}
    for built in chosen:
        is_made = built.derived is not None and (built.committed or not built.is_working)
        is_own = built.build is not None or is_made
        if is_own and built.tag and built.tag not in {*shipped, *machine.gone}:
            yield built


def judged_lines(
    reading: ScriptReading, machine: Machine, chosen: list[BuiltImage]
) -> Iterator[LineFate]:
    """The lines with their final fates; an artifact that no image copies is left to the user."""
    outs = [o for built in chosen for _, o in built.taken() if isinstance(o, Out)]
    named = [o for built in chosen for o in built.taken_by_name() if isinstance(o, Out)]
    wanted = {(one.place, one.maker) for one in outs}
    by_name = {(one.place, one.maker) for one in named}
    asked = {pattern for built in chosen for pattern in built.asked}
    for place, (ignored, pattern) in machine.divided.items():
        if any(one.place == place for one in outs) and pattern not in asked:
            why = (
                f"{ignored} lets only a part of this into the context, but COPY --from copies all "
                "that it names: check that it names no more, or remove the rest in a RUN"
            )
            machine.decide(place, Fate.LEFT, why)
    for out in machine.outs:
        if (out.place, out.maker) not in wanted and out.place not in machine.unpacked:
            machine.decide(
                out.place,
                Fate.LEFT,
                "no image copies this: if you need it on the host, build its stage with "
                "--target and copy it out",
            )
        elif (out.place, out.maker) not in by_name and (path := _stays(out, machine)):
            machine.decide(
                out.place,
                Fate.LEFT,
                f"an image copies it with its whole context, and it stays on the host as {path}: "
                "if you need it there, build its stage with --target and copy it out; if not, "
                "remove it, or the image copies the old file too",
            )
    others = [built for built in machine.built if built not in chosen and built.build]
    for built in others:
        assert built.build is not None
        machine.decide(
            built.build.source.place,
            Fate.LEFT,
            f"builds {built.tag}, which isn't part of the conversion",
        )
    for built in machine.built:
        if built.derived is not None and built not in chosen:
            why = f"makes {built.tag}, which isn't part of the conversion"
            machine.decide(built.derived, Fate.LEFT, why)
    for line in reading.lines:
        decided = machine.decisions.get(line.place)
        # The decision is about a docker command or a command on files; the reader has already
        # judged the rest of the line (a variable, a condition).
        open_ = {Fate.CARRIED, Fate.NOT_NEEDED} if decided and decided[0] is Fate.LEFT else set()
        if line.place in machine.worked:
            open_ = {Fate.LEFT}
        if decided is not None and line.fate in {Fate.CARRIED, decided[0], *open_}:
            yield replace(line, fate=decided[0], why=decided[1])
        else:
            yield line
