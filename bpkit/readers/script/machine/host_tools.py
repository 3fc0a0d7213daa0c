"""Host programs that work on artifacts; the stage that makes an artifact runs them instead."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from bpkit.core import quote
from bpkit.errors import InputError
from bpkit.readers.script.machine.additions import add_run
from bpkit.readers.script.machine.archives import check_file
from bpkit.readers.script.machine.host import Out, key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, TakenOut
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model import host_actions as files
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.values import HostPath, value

# Programs in any image that has more than a single program.
_EVERYWHERE = frozenset({"sed", "gzip", "gunzip", "truncate"})
# What provides other programs in a Dockerfile's RUNs and base images.
_BRINGS = {
    "strip": r"binutils|build-essential|build-base|\bgcc\b|^FROM (?:\S+/)?(?:golang|rust|gcc|node"
    r"|python|ruby|perl|openjdk|buildpack-deps)(?::(?!.*(?:alpine|slim))\S*)?(?:\s|$)",
    "xz": r"\bxz(?:-utils)?\b",
    "unxz": r"\bxz(?:-utils)?\b",
    "setcap": r"libcap",
}


def work_on_file(machine: Machine, action: files.WorkOnFile) -> None:
    """Move a program that works on artifacts into the stage that makes them."""
    found = [_artifact_at(machine, path) for path in action.paths]
    if not any(found):
        return
    makers = {out.maker for out in found if out is not None}
    if not all(found) or len(makers) > 1:
        raise InputError(
            "this works on artifacts and other files at once",
            hint="do it in a RUN in the stage that makes the artifact",
        )
    maker = next(built for built in machine.built if built.name in makers)
    outs = [out for out in found if out is not None]
    for out in outs:
        check_file(out)
    words = list(action.argv)
    for number, out in zip(action.at, outs, strict=True):
        words[number] = value(out.path.removesuffix("/."))
    run = calls.Exec(action.source, value(""), tuple(words))
    if action.into is not None:
        text = _unzip(machine, action, run, (maker, outs[0]))
    else:
        text = add_run(machine, run.argv, run, maker)
        for path, name, out in zip(action.paths, action.names, outs, strict=True):
            if name:
                at = key(path)
                machine.host.placed.pop(at)
                inside = _renamed(posixpath.basename(out.path), posixpath.basename(at), name)
                new = replace(out, path=posixpath.join(posixpath.dirname(out.path), inside))
                place = posixpath.join(posixpath.dirname(at), name)
                machine.host.placed[place] = new
                machine.outs.append(TakenOut(out.place, out.maker, new.path, place))
    program = action.argv[0].text or ""
    text_of = maker.dockerfile.text
    named = rf"\b{re.escape(program)}\b|{_BRINGS.get(program, program)}"
    is_there = program in _EVERYWHERE or re.search(named, text_of, re.MULTILINE) is not None
    fate = Fate.CARRIED if is_there else Fate.LEFT
    more = "" if is_there else f"; check that the image of {maker.dockerfile.name} has {program}"
    machine.worked.add(action.source.place)
    machine.decide(action.source.place, fate, f"becomes {text} in the build stage{more}")


def _renamed(inside: str, before: str, after: str) -> str:
    """The file's name in the image, if the program renames ``before`` to ``after`` on the host.

    Raises InputError if the file in the image lacks the ending that the program removes.
    """
    if after.startswith(before):
        return inside + after.removeprefix(before)
    ending = before.removeprefix(after)
    if not inside.endswith(ending):
        raise InputError(
            f"{inside} in the image lacks the ending {ending}, which this removes",
            hint="do it in a RUN in the stage that makes the artifact",
        )
    return inside.removesuffix(ending)


def _artifact_at(machine: Machine, path: HostPath) -> Out | None:
    for rest, origin in machine.host.below(key(path)):
        if rest == "." and isinstance(origin, Out):
            return origin
    return None


def _unzip(
    machine: Machine, action: files.WorkOnFile, run: calls.Exec, what: tuple[BuiltImage, Out]
) -> str:
    """``unzip`` of an artifact: the stage unpacks it and provides its content."""
    maker, archive = what
    place = f"/tmp/unpacked/{posixpath.basename(archive.path)}"
    into = action.into
    plain = [word for word in action.argv[1:] if word.startswith("-") and word.text != "-d"]
    if into is None or any(word.text not in {"-q", "-o", "-qq", "-qo", "-oq"} for word in plain):
        raise InputError(
            "bpkit doesn't follow this use of unzip",
            hint="unpack it in a RUN in the stage that makes it",
        )
    words = tuple(map(value, ("unzip", "-q", archive.path, "-d", place)))
    text = add_run(machine, words, run, maker)
    at = key(into)
    out = Out(maker.name, f"{place}/.", action.source.place)
    machine.host.placed[at] = out
    machine.host.directories.add(at)
    machine.outs.append(TakenOut(action.source.place, maker.name, out.path, at))
    machine.unpacked.add(archive.place)
    return text


_LETTERS = {".xz": "J", ".txz": "J", ".bz2": "j", ".tbz2": "j"}


def pack_artifacts(machine: Machine, action: files.PackTar, path: HostPath) -> bool:
    """``tar c`` of artifacts into a file: the stage that makes them packs them and holds the file.

    False if anything else is packed too, or if a name in the tar differs from that in the image.
    """
    if action.excludes or action.follows_links or action.transforms:
        return False
    members: list[tuple[Out, str]] = []
    for member in action.members:
        at = _member_at(action.directory, str(member))
        out = _artifact_at(machine, at)
        plain = member.text is not None and not _is_odd(out, member.text)
        if out is None or not plain:
            return False
        members.append((out, member.text or ""))
    if len({out.maker for out, _ in members}) != 1:
        return False
    name = posixpath.basename(key(path))
    if not re.fullmatch(r"[\w.+=,@-]+", name):
        return False
    maker = next(built for built in machine.built if built.name == members[0][0].maker)
    words = []
    for out, _ in members:
        whole = out.path.endswith("/.")
        above, inside = (out.path[:-2] or "/", ".") if whole else posixpath.split(out.path)
        words.append(f"-C {quote(above)} {quote(inside)}")
    letter = _LETTERS.get(posixpath.splitext(name)[1], "z") if action.compressed else ""
    place = f"/tmp/packed/{len(machine.outs) + 1}"
    text = f"RUN mkdir -p {place} && tar c{letter}f {place}/{name} {' '.join(words)}"
    maker.added.append(text)
    machine.remarks.note(f"{text} added to {maker.dockerfile.name}", action.source.place)
    machine.unpacked |= {out.place for out, _ in members}
    made = Out(maker.name, f"{place}/{name}", action.source.place)
    machine.host.placed[key(path)] = made
    machine.outs.append(TakenOut(action.source.place, maker.name, made.path, key(path)))
    machine.decide(action.source.place, Fate.CARRIED, f"becomes {text} in the build stage")
    return True


def _is_odd(out: Out | None, member: str) -> bool:
    """Whether the artifact's name in the tar differs from that in the image."""
    if out is None or out.archive:
        return True
    name = posixpath.normpath(member)
    if out.path.endswith("/."):
        return name != "."
    return name != posixpath.basename(out.path)


def _member_at(directory: HostPath, member: str) -> HostPath:
    """The path of a member of a tar packed in ``directory``."""
    return replace(directory, path=posixpath.normpath(posixpath.join(directory.path, member)))
