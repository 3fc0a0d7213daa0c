"""Archives that a script copies out of containers, and what becomes of them.

``docker cp N:/dir - > x.tar``, ``docker export N > x.tar`` and a container that prints a tar write
a file on the host whose members are known. ``tar x`` puts them where a later build finds them, ADD
unpacks them. Any other use of an archive would need the archive itself, which no stage has.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bpkit.core import quote
from bpkit.errors import InputError
from bpkit.readers.script.machine.host import Out, key
from bpkit.readers.script.machine.machine import Machine, TakenOut
from bpkit.readers.script.machine.no_flow import not_brought, only_reads, works_on
from bpkit.readers.script.model.reading import Fate, ScriptReading
from bpkit.readers.script.model.streams import StreamSource, ToFile, ToUntar
from bpkit.readers.script.model.values import Value

Members = Sequence[tuple[str, str]]
_WILD = "*?["


def put_archive(machine: Machine, out: Out, file: ToFile, members: Members = ()) -> None:
    """Put ``out`` into ``file`` as an archive. Raises InputError if it is appended.

    ``members`` are the names in it with their paths in the image; by default it holds ``out``.
    """
    if file.append:
        raise not_followed()
    name = "." if out.path.endswith("/.") else posixpath.basename(out.path)
    archive = replace(
        out,
        archive=True,
        members=tuple(members) or ((name, out.path),),
        compressed=out.compressed or file.compressed,
    )
    machine.host.placed[key(file.path)] = archive
    machine.archives.append(archive)
    machine.outs.append(TakenOut(out.place, out.maker, out.path, key(file.path)))


def unpack(machine: Machine, archive: Out, into: ToUntar, source: StreamSource) -> None:
    """``tar x`` of the archive: puts its members on the host as if they had been copied out."""
    directory = key(into.directory)
    machine.host.make_directory(into.directory)
    for name, path in unpacked(archive.members, into):
        at = directory if name == "." else name if directory == "." else f"{directory}/{name}"
        out = Out(archive.maker, path, source.place)
        if path.endswith("/."):
            machine.host.merge(at, out)
        machine.host.placed[at] = out
        machine.outs.append(TakenOut(source.place, archive.maker, path, at))
    if archive.place != source.place:
        machine.unpacked.add(archive.place)


def unpacked(members: Members, into: ToUntar) -> Iterator[tuple[str, str]]:
    """The files that ``tar x`` unpacks: names below its directory, and paths in the image.

    Raises InputError if that isn't known.
    """
    found = list(_chosen(members, into.members)) if into.members else list(members)
    for name, path in found:
        if not into.strip_components:
            yield name, path
            continue
        # "./app" has a first component that isn't a directory of its own.
        parts = [] if name == "." else name.split("/")
        left = into.strip_components - (1 if name == "." else 0)
        if left > len(parts):
            raise InputError(
                f"--strip-components removes more than the name {name} in the archive has",
                hint="pack only what is needed with tar c in the container",
            )
        rest = "/".join(parts[left:])
        yield (rest, path) if rest else (".", path if path.endswith("/.") else f"{path}/.")


def _chosen(members: Members, wanted: tuple[Value, ...]) -> Iterator[tuple[str, str]]:
    for word in wanted:
        if word.text is None or any(c in word.text for c in _WILD):
            raise InputError(
                f"which files of the archive {word} matches is not known",
                hint="name the files, or pack only those with tar c in the container",
            )
        name = posixpath.normpath(word.text.lstrip("/"))
        inside = [(n, p) for n, p in members if n == name or n.startswith(f"{name}/")]
        above = [(n, p) for n, p in members if n == "." or name.startswith(f"{n}/")]
        if inside:
            yield from inside
        elif above:
            start, path = above[-1]
            rest = name if start == "." else name.removeprefix(f"{start}/")
            yield name, posixpath.join(path.removesuffix("/.") or "/", rest)
        else:
            raise InputError(
                f"{name} is not in the archive", hint="check what tar c in the container packs"
            )


def not_followed() -> InputError:
    """The error for an archive whose use can't be carried over."""
    return InputError(
        "bpkit doesn't follow where the container's tar goes",
        hint="pass docker cp a path on the host, and COPY the files that it puts there",
    )


def check_file(origin: Out) -> None:
    """Raises InputError if a command works on an archive instead of the files themselves."""
    if origin.archive:
        raise InputError(
            "this works on an archive that the script made from files in the image",
            hint="pass docker cp a path on the host, and work on the files that it puts there",
        )


def judge_archives(machine: Machine, reading: ScriptReading) -> None:
    """Judge archives that no build reads: another command may read one to make a build's input."""
    left = [line for line in reading.lines if line.fate is Fate.LEFT]
    for archive in machine.archives:
        taken = [origin for built in machine.built for _, origin in built.taken()]
        if archive in taken and len(archive.members) > 1:
            _unpack_in_stage(machine, archive)
        elif archive in taken:
            machine.remarks.note(
                f"COPY takes from the stage what ADD unpacked from the archive of {archive.path}",
                archive.place,
            )
        elif archive.place not in machine.unpacked:
            paths = {at for at, origin in machine.host.placed.items() if origin == archive}
            uses = [line for line in left if works_on(line, paths) and not only_reads(line, paths)]
            if not paths or uses or any(not_brought(machine)):
                machine.remarks.error(not_followed(), archive.place)
                continue
            why = f"leaves {min(paths)} on the host: pack it from the image's files if you want it"
            machine.decide(archive.place, Fate.LEFT, why)


def _unpack_in_stage(machine: Machine, archive: Out) -> None:
    """Lay out the archive's files in the stage, so that COPY of one directory replaces ADD."""
    maker = next(built for built in machine.built if built.name == archive.maker)
    words = []
    for name, path in archive.members:
        above = path.removesuffix("/.") if name == "." else path.removesuffix(name)
        words.append(f"-C {quote(above or '/')} {quote(name)}")
    at = f"/tmp/packed/{machine.archives.index(archive) + 1}"
    text = f"RUN mkdir -p {at} && tar c {' '.join(words)} | tar x -C {at}"
    maker.added.append(text)
    machine.remarks.note(
        f"{text} added to {maker.dockerfile.name}, in place of ADD of several files", archive.place
    )
    whole = replace(archive, path=f"{at}/.", members=((".", f"{at}/."),))
    for built in machine.built:
        built.placed = tuple((p, whole if one == archive else one) for p, one in built.placed)
    machine.outs = [
        replace(out, source=f"{at}/.") if out.place == archive.place else out
        for out in machine.outs
    ]
    for path, origin in list(machine.host.placed.items()):
        if origin == archive:
            machine.host.placed[path] = whole
