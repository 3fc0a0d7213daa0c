"""A project's form, its Dockerfiles and its name, decided from texts already read."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bpkit.core import project_name
from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import (
    KEYWORDS,
    Dockerfile,
    DockerfileError,
    Stage,
    final_state,
    stages,
)
from bpkit.formats.text import is_near, nearest
from bpkit.project.file_names import BUILD_FILES, MULTI_FILE, RUNTIME_FILES

BUILDER, MULTI_STAGE = "builder", "multi-stage"

# Names so common that two projects on one machine would share them.
_COMMON_NAMES = frozenset(
    {"app", "bin", "build", "dist", "main", "out", "output", "prog", "program", "public", "run"}
    | {"sh", "bash", "java", "node", "python", "python3", "server", "service", "start", "target"}
)
# https://github.com/opencontainers/image-spec/blob/main/annotations.md
_TITLE = "org.opencontainers.image.title"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class ProjectForm:
    """The form of a project: its style, and its Dockerfiles by their paths.

    A builder has a build and a runtime file, a multi-stage project one file.
    """

    style: str
    files: tuple[str, ...]


def choose_form(
    texts: Mapping[str, Dockerfile], style: str = "", named: tuple[str, ...] = ()
) -> ProjectForm:
    """The form of a project that has these Dockerfiles.

    ``style`` and ``named`` are the user's choices: one named file is a multi-stage one, two are
    the build and the runtime file. Raises InputError if both forms or neither exist.
    """
    if named:
        return _named_form(style, named)
    build = next((name for name in BUILD_FILES if name in texts), None)
    runtime = next((name for name in (*RUNTIME_FILES, MULTI_FILE) if name in texts), None)
    single = MULTI_FILE if MULTI_FILE in texts else None
    # A Dockerfile whose stages copy from each other copies nothing from the build file's image.
    is_whole = runtime == MULTI_FILE and _is_multi_stage(texts, single) and not style
    has_pair = build is not None and runtime is not None and not is_whole
    if style == BUILDER or (has_pair and not style and not _is_multi_stage(texts, single)):
        if build is None or runtime is None:
            raise _incomplete(build, runtime)
        return ProjectForm(BUILDER, (build, runtime))
    if style == MULTI_STAGE or (single and not has_pair):
        if single is None:
            raise InputError("there is no Dockerfile here", hint="name it with -f FILE")
        return ProjectForm(MULTI_STAGE, (single,))
    if has_pair:
        raise InputError(
            f"the project has both forms: {build} with {runtime}, and {single} with several stages",
            hint="choose one with --style builder or --style multi-stage",
        )
    raise _incomplete(build, runtime)


def _is_multi_stage(texts: Mapping[str, Dockerfile], name: str | None) -> bool:
    return name is not None and len(stages(texts[name], open_bases=True)) > 1


def _named_form(style: str, named: tuple[str, ...]) -> ProjectForm:
    if len(named) > 2 or (style == BUILDER and len(named) != 2):
        raise InputError(
            f"{len(named)} Dockerfiles are named",
            hint="pass one multi-stage file (-f FILE), or the pair (-f BUILDFILE -f RUNTIMEFILE)",
        )
    if style == MULTI_STAGE and len(named) != 1:
        raise InputError("a multi-stage build has one Dockerfile", hint="name it with -f FILE")
    return ProjectForm(BUILDER if len(named) == 2 else MULTI_STAGE, named)


def _incomplete(build: str | None, runtime: str | None) -> InputError:
    if build:
        return InputError(
            f"{build} has no Dockerfile.runtime (or Dockerfile) beside it",
            hint=f"write the Dockerfile of the runtime image, or pass it: -f {build} -f FILE",
        )
    if runtime and runtime != MULTI_FILE:
        return InputError(
            f"{runtime} has no Dockerfile.build beside it",
            hint=f"write the Dockerfile that makes the artifacts, or pass it: -f FILE -f {runtime}",
        )
    return InputError(
        "there is no Dockerfile here",
        hint="pass the project's directory, or run 'bpkit init' to write a Dockerfile",
    )


def has_dockerfile(directory: Path) -> bool:
    """Whether the directory is a project by itself: it has a Dockerfile, or one of the pair."""
    names = (MULTI_FILE, *BUILD_FILES, *RUNTIME_FILES)
    return any(os.path.isfile(directory / name) for name in names)


def name_of(final: Dockerfile, directory: str, artifacts: tuple[str, ...] = ()) -> str:
    """A name for the project: its title, else its program's name, else its directory's.

    The title is the label that ``bpkit init`` writes. A program counts if the file shows that
    it is made here: ``nginx`` isn't the project's. ``artifacts`` are the destinations in the
    context. A name that many projects share (``app``) is ignored.
    """
    last = stages(final, open_bases=True).last
    for name in (*_title(last), *_program(final, artifacts)):
        if _NAME.fullmatch(name) and name not in _COMMON_NAMES and "." not in name:
            return name
    return project_name(directory)


def _title(stage: Stage) -> Iterator[str]:
    for one in stage.instructions:
        yield from (
            (value or "").strip("\"'") for name, value in one.pairs if name.strip("\"'") == _TITLE
        )


def _program(final: Dockerfile, artifacts: tuple[str, ...]) -> list[str]:
    """The program that the image starts, if an artifact or an instruction makes it."""
    try:
        state = final_state(stages(final, open_bases=True).last)
    except DockerfileError:
        return []
    words = list(state.entrypoint or state.cmd or ())
    if words[: len(state.shell)] == list(state.shell):
        words = words[len(state.shell) :][:1]
        words = words[0].removeprefix("exec ").split()[:1] if words else []
    program = _base_name(words[0]) if words else ""
    made = {_base_name(artifact) for artifact in artifacts}
    made |= {_base_name(path) for path in _copied(final)}
    return [program] if program in made or _is_output(program, final) else []


def _base_name(path: str) -> str:
    return posixpath.basename(path.rstrip("/")).lower()


def _copied(final: Dockerfile) -> Iterator[str]:
    """The paths that COPY and ADD bring in."""
    for stage in stages(final, open_bases=True):
        for one in stage.instructions:
            if one.keyword in {"COPY", "ADD"}:
                yield from one.args


def _is_output(program: str, final: Dockerfile) -> bool:
    """Whether a RUN names the program as the output of a compiler or linker (``-o``)."""
    output = re.compile(rf"\s-o[ =]?\S*(?<![\w.-]){re.escape(program)}(?![\w.-])")
    texts = (one.text for one in final.instructions if one.keyword == "RUN")
    return bool(program) and any(output.search(text) for text in texts)


def check_slips(
    dockerfile: Dockerfile,
    known_images: frozenset[str] = frozenset(),
    build_args: Mapping[str, str] | None = None,
) -> None:
    """Raise InputError for an unknown instruction, and for misspelled names.

    A misspelled name is a base or ``--from`` one letter away from ``scratch`` or a stage's name.
    ``known_images`` are names that the engine has an image for; those are not misspelled.
    """
    _check_instructions(dockerfile)
    every = stages(dockerfile, build_args)
    # Names in the order in which they are given, each once.
    names = {"scratch": None}
    for stage in every:
        if stage.parent is None and not stage.is_scratch and not stage.unresolved:
            _check_slip(stage.base_image, names, known_images, stage.place(stage.from_), "FROM")
        for instruction in stage.instructions:
            origin = instruction.flag("from")
            if instruction.keyword == "COPY" and origin and origin.lower() not in names:
                place = stage.place(instruction)
                _check_slip(origin, names, known_images, place, "COPY --from")
        if stage.name:
            names[stage.name] = None


def _check_instructions(dockerfile: Dockerfile) -> None:
    if "syntax" in dockerfile.directives:
        # Another front end may have more instructions.
        return
    for instruction in dockerfile.instructions:
        if instruction.keyword not in KEYWORDS:
            near = nearest(instruction.keyword, sorted(KEYWORDS))
            raise InputError(
                f"unknown instruction: {instruction.keyword}",
                place=dockerfile.place(instruction),
                hint=f"did you mean {near}?"
                if near
                else "perhaps the \\ at the end of the line before is missing",
            )


def _check_slip(
    image: str, names: Mapping[str, None], known_images: frozenset[str], place: Place, what: str
) -> None:
    lower = image.lower()
    if image in known_images or ":" in image or "/" in image or lower in names:
        return
    near = next((name for name in names if is_near(lower, name)), None)
    if near:
        raise InputError(
            f"{what} '{image}' is neither a stage of this file nor an image of the engine",
            place=place,
            hint=f"did you mean '{near}'?",
        )
