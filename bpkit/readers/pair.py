"""Read the builder pattern's pair of Dockerfiles into a recipe with the files between them.

Files that the runtime Dockerfile copies and the project doesn't have must be in the build image.
Their path there comes from the instructions of Dockerfile.build
(``bpkit.formats.dockerfile.made``), else from its WORKDIR. A file that Dockerfile.build makes is an
artifact even if the project has one of that name: the classic script leaves old copies behind.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpkit.core import BUILD, RUNTIME, Artifact, Image, Recipe
from bpkit.errors import InputError, Place
from bpkit.formats.context import ContextSource, needs
from bpkit.formats.dockerfile import (
    Dockerfile,
    MadePath,
    Stage,
    StageOutput,
    final_state,
    output_of,
    stages,
)
from bpkit.formats.text import compiled, is_glob, nearest
from bpkit.readers.copy_sources import ContextFiles, check_inside, check_sources


@dataclass(frozen=True)
class Pair:
    """The two Dockerfiles, and the facts that were read with them.

    ``given`` are the artifacts that the user named, source and destination. ``base_workdir`` is
    the build base's, None if unknown.
    """

    build: Dockerfile
    runtime: Dockerfile
    files: ContextFiles
    given: tuple[tuple[str, str], ...] = ()
    build_args: Mapping[str, str] = field(default_factory=dict, hash=False)
    base_workdir: str | None = None


def read_pair(pair: Pair, *, project: str, tag: str, build_tag: str) -> Recipe:
    """The recipe of a pair.

    Raises InputError if a COPY source doesn't exist, or an artifact can't be determined.
    """
    check_sources(pair.build, pair.files, pair.build_args)
    build = Image(BUILD, build_tag, pair.build, role=BUILD, path=pair.build.name)
    runtime = Image(
        RUNTIME, tag, pair.runtime, path=pair.runtime.name, artifacts=tuple(artifacts(pair))
    )
    return Recipe(project, (build, runtime))


def artifacts(pair: Pair) -> Iterator[Artifact]:
    """The artifacts that flow from the build image to the runtime image, in order of need."""
    last = stages(pair.build, pair.build_args).last
    output = output_of(last, pair.build_args, pair.base_workdir)
    tar = _tar_of(last, pair)
    found: dict[str, Artifact] = {}
    for path, destination in pair.given:
        given = _given(path, destination, output, pair)
        found[given.destination] = given
    given_ones = frozenset(found)
    for source in needs(pair.runtime, build_args=pair.build_args).sources:
        # A pattern in "." may match more files than those that are in the context now.
        holders = [d for d in found if d != "." or d in given_ones]
        if source.pattern in found or any(_holds(d, source.pattern) for d in holders):
            continue
        if tar and (packed := _packed(source, tar, output, pair)):
            found.setdefault(packed.destination, packed)
        elif source.pattern != "." and (artifact := _wanted(source, output, pair)):
            found.setdefault(artifact.destination, artifact)
    yield from found.values()


@dataclass(frozen=True)
class _Tar:
    """The tar that the build image's command prints: paths in the image and names in the tar."""

    members: tuple[tuple[str, str], ...]
    place: Place
    prelude: str


def _tar_of(stage: Stage, pair: Pair) -> _Tar | None:
    """The tar that a container of the build image prints, if its command prints one."""
    state = final_state(stage, None, dict(pair.build_args), pair.base_workdir or "/\0")
    workdir = None if "\0" in state.workdir else state.workdir
    command = (*(state.entrypoint or ()), *(state.cmd or ()))
    if not any("tar" in word for word in command):
        return None
    # The reader of scripts takes longer to import than most pairs take to read.
    from bpkit.readers.script import packed_by

    packed = packed_by(command, workdir)
    if packed is None:
        return None
    says = [one for one in stage.instructions if one.keyword in {"CMD", "ENTRYPOINT"}]
    place = pair.build.place((says or [stage.from_])[-1])
    return _Tar(packed.members, place, packed.prelude)


def _packed(source: ContextSource, tar: _Tar, output: StageOutput, pair: Pair) -> Artifact | None:
    """The artifact that the source copies from the tar; None if it isn't in the tar.

    Raises InputError if the tar and the project may both have it.
    """
    check_inside(source)
    for path, name in tar.members:
        inside = source.pattern if name == "." else posixpath.relpath(source.pattern, name)
        if inside.startswith(".."):
            continue
        where = posixpath.normpath(posixpath.join(path, inside))
        made = any(m.own and m.path == where for m in output.made)
        if name == "." and pair.files.present(source) and not made:
            raise InputError(
                f"{source.keyword} source '{source.text}' is in the project, and may also be in "
                f"the tar of {tar.place}",
                place=source.place,
                hint=f"name the script with --script, or the artifact: --artifact {where}:"
                f"{source.pattern}",
            )
        if tar.prelude:
            raise InputError(
                f"'{source.text}' is made by the command of {tar.place} only when a container runs",
                place=source.place,
                hint=f"write RUN {tar.prelude} in {pair.build.name}",
            )
        if source.glob or is_glob(source.pattern):
            return Artifact(
                BUILD, f"{path}/.", name, source.place, tar.place, pattern=source.pattern
            )
        contents = "/." if source.pattern == "." else ""
        return Artifact(BUILD, f"{where}{contents}", source.pattern, source.place, tar.place)
    return None


def _given(source: str, destination: str, output: StageOutput, pair: Pair) -> Artifact:
    if not source.startswith("/"):
        if output.workdir is None:
            raise InputError(
                f"--artifact {source}: its path depends on the WORKDIR of the base image",
                place=Place(pair.build.name),
                hint="pass an absolute path, as in --artifact /src/app",
            )
        source = posixpath.join(output.workdir, source)
    contents = source.endswith(("/.", "/"))
    clean = posixpath.normpath(source)
    target = posixpath.normpath(destination or posixpath.basename(clean)).lstrip("/")
    if target.startswith(".."):
        raise InputError(
            f"--artifact: {destination!r} is outside the build context",
            hint="the destination is a path in the runtime image's build context",
        )
    evidence = next((m.place for m in output.made if m.path == clean), None)
    return Artifact(BUILD, f"{clean}/." if contents else clean, target, evidence=evidence)


def _wanted(source: ContextSource, output: StageOutput, pair: Pair) -> Artifact | None:
    """The artifact that a runtime COPY needs; None if the context has its source."""
    check_inside(source)
    maker = _maker(source.pattern, output)
    if maker is not None and maker.own:
        return _artifact(source, output, maker)
    if pair.files.present(source):
        return None
    if maker is not None:
        return _artifact(source, output, maker)
    if not source.known:
        raise _unknown(source, "depends on a variable that is known only during a build")
    near = nearest(source.pattern, (*pair.files.names, *_basenames(output)))
    # A directory that is made may be beside one with a similar name (src, srv).
    is_slip = near is not None and not source.text.endswith("/")
    if output.opaque is None or is_slip:
        raise _nowhere(source, near, pair)
    if output.workdir is None:
        raise _unknown(source, f"is made by {output.opaque}, in the WORKDIR of its base image")
    return _artifact(source, output, None)


def _artifact(source: ContextSource, output: StageOutput, maker: MadePath | None) -> Artifact:
    pattern = source.pattern
    evidence = maker.place if maker else None
    if source.glob or is_glob(pattern):
        # docker cp has no patterns: the whole directory that contains the files is copied.
        parts = pattern.split("/")
        first = next(n for n, part in enumerate(parts) if is_glob(part))
        directory = "/".join(parts[:first])
        made_in = posixpath.dirname(maker.path) if maker else None
        if not (made_in and first == len(parts) - 1) and output.workdir is None:
            raise _unknown(source, "is made in the WORKDIR of the build image's base")
        where = made_in if made_in and first == len(parts) - 1 else _under(output, directory)
        return Artifact(
            BUILD, f"{where}/.", directory or ".", source.place, evidence, pattern=pattern
        )
    where = _under(output, pattern)
    if maker:
        where = (
            posixpath.join(maker.path, posixpath.basename(pattern))
            if maker.is_directory
            else maker.path
        )
    return Artifact(BUILD, where, pattern, source.place, evidence)


def _under(output: StageOutput, path: str) -> str:
    return posixpath.normpath(posixpath.join(output.workdir or "/", path))


def _maker(pattern: str, output: StageOutput) -> MadePath | None:
    """What makes the files of ``pattern``: at this exact path, else the last with that name."""
    exact = _under(output, pattern)
    matches = [m for m in output.made if _fits(pattern, m)]
    for made in reversed(matches):
        if made.path == exact:
            return made
    for made in output.made:
        # A directory that something is made in is made too.
        if not is_glob(pattern) and made.own and made.path.startswith(f"{exact}/"):
            return replace(made, path=exact)
    own = [m for m in matches if m.own]
    return own[-1] if own else matches[-1] if matches else None


def _fits(pattern: str, made: MadePath) -> bool:
    if made.is_directory:
        return not is_glob(pattern) and posixpath.basename(made.path) == posixpath.basename(
            posixpath.dirname(pattern)
        )
    name = posixpath.basename(pattern)
    if is_glob(name):
        return compiled(name).matches(posixpath.basename(made.path))
    return posixpath.basename(made.path) == name


def _holds(directory: str, path: str) -> bool:
    return directory == "." or path.startswith(f"{directory}/")


def _unknown(source: ContextSource, reason: str) -> InputError:
    return InputError(
        f"COPY source '{source.text}' {reason}",
        place=source.place,
        hint=f"name it: --artifact /path/in/the/build/image:{source.text}",
    )


def _nowhere(source: ContextSource, near: str | None, pair: Pair) -> InputError:
    hint = (
        f"did you mean '{near}'?"
        if near
        else f"name it: --artifact /path/in/the/build/image:{source.text}"
    )
    return InputError(
        f"{source.keyword} source '{source.text}' is neither in the context "
        f"nor made by {pair.build.name}",
        place=source.place,
        hint=hint,
    )


def _basenames(output: StageOutput) -> tuple[str, ...]:
    return tuple(posixpath.basename(m.path) for m in output.made if m.own)
