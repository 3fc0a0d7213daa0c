"""A script's ``docker build``: its Dockerfile, and the content of its context at that point."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.conversion import Note, full_tag
from bpkit.errors import InputError
from bpkit.formats.context import needs
from bpkit.formats.dockerfile import Dockerfile, parse
from bpkit.readers.script.machine.host import Alias, Origin, Out, WrittenFile, key
from bpkit.readers.script.machine.images import (
    BuiltImage,
    flags_of,
    labels_of,
    said_in,
    shown_flags,
)
from bpkit.readers.script.machine.inside import file_inside
from bpkit.readers.script.machine.machine import Machine
from bpkit.readers.script.machine.piped_context import (
    judge_packed_directory,
    of_a_directory,
    printed_context,
)
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import unknown
from bpkit.readers.script.model.streams import FromFile, FromText
from bpkit.readers.script.model.values import Value


def build(machine: Machine, action: calls.BuildImage) -> None:
    """Follow a build. Raises InputError for what can't be followed."""
    if action.remote is not None:
        raise InputError(
            f"the build context is {action.remote}, which bpkit doesn't fetch",
            hint="clone it, and build from the clone",
        )
    given, action = action, of_a_directory(action)
    context, is_virtual, placed = _context(machine, action)
    dockerfile = _dockerfile(machine, action, placed)
    placed = tuple(_as_a_later_run_finds_it(machine, action, dockerfile, context, placed))
    tag = tag_text(action.tags[0] if action.tags else Value())
    path = action.dockerfile
    in_project = path is not None and path.in_project and machine.ground.text(key(path))
    in_tar = action.context is None and machine.ground.text(dockerfile.name) is not None
    built = BuiltImage(
        f"#{len(machine.built)}",
        tag,
        dockerfile,
        action,
        path=dockerfile.name if in_tar else key(path) if path and in_project else None,
        context=context,
        is_virtual=is_virtual,
        build_args=flags_of(action),
        flags=shown_flags(action),
        labels=labels_of(action),
        target=str(action.target) if action.target else None,
        platform=str(action.platform) if action.platform else None,
        placed=placed,
        said=said_in(action),
        cleared=() if is_virtual else tuple(machine.host.cleared_in(context)),
        trimmed=tuple(machine.host.trimmed_in(key(action.context) if action.context else ".")),
    )
    judge_packed_directory(machine, given, built)
    names = [
        full_tag(str(one)) for one in (*action.tags, *([action.image] if action.image else []))
    ]
    built.base = next(filter(None, map(machine.by_name.get, built.from_tags())), None)
    again = next((one for one in machine.built if one.is_same_build(built)), None)
    if again is not None:
        machine.name(again, names)
        if again.tag != tag:
            shown = tuple(f"-t {one.word}" for one in action.tags)
            again.labels += tuple(one for one in shown if one not in again.labels)
            again.said += action.tags
        return
    if is_virtual:
        built.placed = tuple(_with_renamed_files(machine, built))
    machine.add(built, names)


def _with_renamed_files(machine: Machine, built: BuiltImage) -> Iterator[tuple[str, Origin]]:
    """The files in a context that only the script makes.

    Project files that have another name there come from a stage that holds them under that name.
    """
    taken = {path for path, _ in built.taken()}
    renamed = {
        path: origin
        for path, origin in built.placed
        if isinstance(origin, Alias) and path in taken and origin.path != path
    }
    held: BuiltImage | None = None
    if renamed:
        lines = [f"COPY {origin.path} /{path}" for path, origin in renamed.items()]
        if any(re.search(r"[\s\"'*?\[$\\]", line[5:].replace(" /", "", 1)) for line in lines):
            raise InputError(
                "a file in the context has a name that COPY can't take without quoting",
                hint="give the file a name without blanks, quotes or wildcards",
            )
        text = "\n".join(["FROM scratch", *lines, ""])
        held = BuiltImage(f"#{len(machine.built)}", "files", parse(text, "Dockerfile of files"))
        machine.built.append(held)
        built.name = f"#{len(machine.built)}"
    for path, origin in built.placed:
        if held is not None and path in renamed:
            yield path, Out(held.name, f"/{path}", renamed[path].place)
        else:
            yield path, origin


def _context(
    machine: Machine, action: calls.BuildImage
) -> tuple[str, bool, tuple[tuple[str, Origin], ...]]:
    if action.context is None:
        return ".", True, printed_context(machine, action)
    place = key(action.context)
    is_there = machine.ground.is_own_directory(place) and place not in machine.host.removed
    is_virtual = not (action.context.in_project and is_there)
    is_known_elsewhere = not action.context.in_project and not action.context.symbols
    if is_known_elsewhere and not any(machine.host.below(place)):
        raise InputError(
            f"the build context {action.context} is outside the project",
            hint="run bpkit convert in a directory that contains the build context",
        )
    context = "." if is_virtual else place
    placed = tuple(
        (path, origin)
        for path, origin in machine.host.below(place)
        if is_virtual
        or not machine.ground.ignores(place, path)
        or machine.ground.divides(place, path)
    )
    for path, origin in () if is_virtual else placed:
        line = machine.ground.divides(place, path) if isinstance(origin, Out) else None
        if line is not None:
            machine.divided[origin.place] = line
    return context, is_virtual, placed


def _as_a_later_run_finds_it(
    machine: Machine,
    action: calls.BuildImage,
    dockerfile: Dockerfile,
    context: str,
    placed: tuple[tuple[str, Origin], ...],
) -> Iterator[tuple[str, Origin]]:
    """The files' paths after a directory was copied onto a name that may exist already.

    docker cp creates the name as a copy of the directory; if the name exists, it puts the directory
    into it. Only COPY shows which of the two the project relies on.
    """
    known = {name: given for name, given in flags_of(action) if given is not None}
    # A slash at the end shows that the source is a directory.
    sources = {
        f"{s.pattern}/" if s.text.endswith("/") else s.pattern: s.place
        for s in needs(dockerfile, build_args=known).sources
    }
    for path, origin in placed:
        at = posixpath.normpath(posixpath.join(context, path))
        below = [one for one in sources if one.startswith(f"{path}/")]
        if at not in machine.host.onto_names or not isinstance(origin, Out) or not below:
            yield path, origin
            continue
        source = origin.path.removesuffix("/.")
        inside = f"{path}/{posixpath.basename(source)}"
        if all(one == inside or one.startswith(f"{inside}/") for one in below):
            machine.remarks.note(
                f"docker cp creates {inside} only if {path} exists already, as from the second "
                f"run on; {sources[below[0]]} needs that, so {inside} is {source} here",
                origin.place,
            )
            yield inside, replace(origin, path=source)
            continue
        why = (
            f"from the second run on docker cp puts {source} into {path}, and "
            f"{sources[below[0]]} copies old files; here it copies those of {source}"
        )
        machine.later_runs.append((at, Note(why, origin.place)))
        yield path, origin


def _dockerfile(
    machine: Machine, action: calls.BuildImage, placed: tuple[tuple[str, Origin], ...]
) -> Dockerfile:
    path = action.dockerfile
    if isinstance(action.stdin, calls.FromAction) and action.context is None:
        return _dockerfile_in_tar(machine, "Dockerfile" if path is None else key(path), placed)
    if path is None:
        return _dockerfile_of_stdin(machine, action)
    name = key(path)
    if path.symbols and not any(machine.host.below(name)):
        raise unknown(path.open_symbol, "the Dockerfile's path").error()
    text = machine.ground.text(name) if path.in_project else None
    found_there = list(machine.host.below(name))
    # A file put there by name replaces one that came with a whole directory.
    is_only_artifact = all(isinstance(origin, Out) for rest, origin in found_there if rest == ".")
    for rest, origin in found_there:
        if rest == ".":
            machine.read.add(origin.place)
        if rest == "." and isinstance(origin, WrittenFile):
            text = origin.content
            if text is None:
                raise InputError(
                    f"the script writes {', '.join(origin.open) or 'a text'} into the Dockerfile, "
                    "which is known only when the script runs",
                    place=origin.place,
                    hint="keep the Dockerfile in a file, with an ARG for the value",
                )
            for one in origin.open:
                machine.remarks.note(
                    f"{one} is fixed to its default in the Dockerfile that the script writes",
                    origin.place,
                )
        elif rest == "." and isinstance(origin, Out) and text is None and is_only_artifact:
            found = _file_of_artifact(machine, origin)
            name, text = found, machine.ground.text(found)
        elif rest == "." and not isinstance(origin, Out | WrittenFile):
            name, text = origin.path, machine.ground.text(origin.path)
    if text is None and (fetched := machine.fetched_to(name)) is not None:
        raise InputError(
            f"{name} comes from {fetched[0]}, fetched at {fetched[1]}; bpkit fetches nothing",
            hint="fetch it, and run bpkit convert with the files in place",
        )
    if text is None:
        raise InputError(
            f"the Dockerfile {name} doesn't exist",
            hint="run bpkit convert in the directory that the script is started in",
        )
    return parse(text, name)


def _file_of_artifact(machine: Machine, origin: Out) -> str:
    """The project file that an image holds at the artifact's path. Raises InputError."""
    maker = next(built for built in machine.built if built.name == origin.maker)
    found = file_inside(maker, origin.path.removesuffix("/."), machine.ground)
    if found is None or machine.ground.text(found) is None:
        raise InputError(
            f"the Dockerfile is {origin.path} in the image, and no COPY shows which file of the "
            "project that is",
            place=origin.place,
            hint=f"COPY it into {maker.dockerfile.name}",
        )
    return found


def _dockerfile_in_tar(
    machine: Machine, name: str, placed: tuple[tuple[str, Origin], ...]
) -> Dockerfile:
    """The project file called ``name`` in the tar that is the build context."""
    for start, origin in placed:
        if not isinstance(origin, Out) or not (
            start in {".", name} or name.startswith(f"{start}/")
        ):
            continue
        inside = name if start == "." else posixpath.relpath(name, start)
        at = posixpath.normpath(posixpath.join(origin.path.removesuffix("/.") or "/", inside))
        maker = next(built for built in machine.built if built.name == origin.maker)
        above = maker.unpacked.get(posixpath.dirname(at), ())
        places = [at, *(posixpath.join(one, posixpath.basename(at)) for one in above)]
        found = next(filter(None, (file_inside(maker, p, machine.ground) for p in places)), None)
        if found is None:
            raise InputError(
                f"the Dockerfile is {name} in the tar and {at} in the image, and no COPY shows "
                "which file of the project that is",
                hint=f"COPY it into {maker.dockerfile.name}",
            )
        return parse(machine.ground.text(found) or "", found)
    raise InputError(
        f"the Dockerfile is {name} in the tar, and the container doesn't pack it",
        hint="pack it, or pass a Dockerfile from outside the tar with -f - and a heredoc",
    )


def _dockerfile_of_stdin(machine: Machine, action: calls.BuildImage) -> Dockerfile:
    match action.stdin:
        case FromFile(path=path) if path.in_project and machine.ground.text(key(path)):
            return parse(machine.ground.text(key(path)) or "", key(path))
        case FromText(content=content) if content.text is not None:
            return parse(content.text, f"{action.declared or action.source.place}")
        case FromFile(path=path):
            raise InputError(
                f"the build reads {path}, which is not a Dockerfile in the project",
                hint="name the directory that it is packed from: docker build .",
            )
    raise InputError(
        "the Dockerfile is a command's output, which is known only when the script runs",
        hint="write the Dockerfile to a file",
    )


def tag_text(tag: Value) -> str:
    """A name for an image in a recipe: its tag, or the known text of it.

    The printed command has the tag as the script writes it.
    """
    if tag.text is not None:
        return tag.text
    known = "".join(part for part in tag.partition(":")[0].parts if isinstance(part, str))
    return re.sub(r"[/._-]+(?=/|$)|^[/._-]+", "", known.lower())
