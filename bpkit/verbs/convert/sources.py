"""The source of a conversion: the script that is named or found, or the pair of Dockerfiles."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bpkit.conversion import Note
from bpkit.core import project_name
from bpkit.errors import BpkitError, InputError, Place
from bpkit.formats.context import Tree
from bpkit.project import (
    BUILD_FILES,
    BUILDER,
    DiskGround,
    ProjectChoices,
    ProjectTexts,
    load,
    recipe_of,
)
from bpkit.readers import read_build_file
from bpkit.readers.ci import is_workflow
from bpkit.readers.makefile import is_makefile
from bpkit.readers.script import (
    BuildImage,
    Commit,
    CopyOut,
    ExportContainer,
    FromAction,
    ImportImage,
    RunContainer,
    ScriptReading,
    ScriptRecipe,
    ToTerminal,
    WorkingContainer,
    is_own_script,
    read_own_script,
    read_recipe,
)
from bpkit.verbs.convert.flow import check_flow
from bpkit.verbs.convert.other_languages import others_that_build
from bpkit.verbs.convert.request import ConvertRequest

_ENGINES = re.compile(r"docker|podman|nerdctl|build(?:ah|ctl)", re.IGNORECASE)
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_NOT_OURS = frozenset(
    {"vendor", "node_modules", "third_party", "testdata", "Godeps"}
    | {".git", ".venv", ".tox", ".cache", ".terraform", ".idea", ".gradle", ".nox", ".bundle"}
)
_FOLDERS = (".", "scripts", "script", "hack", "bin", "docker", "build", "ci", "tools")


@dataclass(frozen=True)
class ConvertSource(ScriptRecipe):
    """A recipe of the builder pattern, and how it was read; ``script`` is None for a pair."""

    script: str | None = None


@dataclass(frozen=True)
class Wanted:
    """The source as the command line names it; empty if not given."""

    directory: Path
    script: str = ""
    arguments: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    tag: str = ""
    artifacts: tuple[str, ...] = ()
    build_args: tuple[tuple[str, str | None], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


def find_source(wanted: Wanted, ground: DiskGround) -> ConvertSource:
    """The recipe to convert. Raises InputError if there is none, or several."""
    if wanted.script:
        return _of_script(wanted, ground, wanted.script)
    if not wanted.files:
        found = list(_scripts(wanted, ground, _candidates(wanted.directory)))
        found = found or list(_scripts(wanted, ground, _workflows(wanted.directory)))
        if not found and not (_has_pair(wanted) and _is_pair(wanted)):
            found = list(_scripts(wanted, ground, _deeper(wanted.directory)))
            names = [*_candidates(wanted.directory), *_workflows(wanted.directory)]
            found = found or list(_scripts(wanted, ground, names, one=True))
        if len(found) > 1:
            raise InputError(
                f"several scripts build images from each other: {', '.join(found)}",
                hint=f"choose one: --script {found[0]}",
            )
        if found:
            return _of_script(wanted, ground, found[0])
    return _of_pair(wanted, ground)


def wanted_of(request: ConvertRequest) -> Wanted:
    """The source as the command line names it."""
    return Wanted(
        request.directory,
        request.script,
        request.arguments,
        request.files,
        request.tag,
        request.artifacts,
        request.build_args,
        request.environment,
    )


def trees_of(source: ConvertSource, ground: DiskGround) -> dict[str, Tree]:
    """The project's own files in each image's context when the script builds it."""
    cleared = dict(source.cleared)
    found: dict[str, Tree] = {}
    for image in source.recipe.images:
        if image.name in source.virtual:
            continue
        tree = ground.tree(image)
        away = cleared.get(image.name, ())
        kept = {e.path: e for e in tree if not any(_is_cleared(e.path, one) for one in away)}
        found[image.name] = replace(tree, entries=kept)
    return found


def _is_cleared(path: str, away: str) -> bool:
    if away.endswith("/*"):
        start = away.removesuffix("*")
        return path.startswith(start) and not path.startswith(f"{start}.")
    return path == away or path.startswith(f"{away}/")


def _of_script(wanted: Wanted, ground: DiskGround, name: str) -> ConvertSource:
    text = ground.text(name)
    if text is None and Path(name).is_file():
        # Relative to the current directory, as the shell completes it.
        name = os.path.relpath(Path(name).resolve(), ground.directory.resolve())
        text = None if name.startswith("..") else ground.text(name)
    if text is None and (ground.directory / name).is_fifo():
        raise InputError("is not a regular file", place=Place(name))
    if text is None:
        raise InputError("the file doesn't exist", place=Place(name), hint="see --script FILE")
    project = project_name(wanted.directory.resolve().name)
    if is_own_script(text):
        return ConvertSource(read_own_script(text, name, ground, project), script=name)
    try:
        found = read_recipe(_reading(wanted, ground, name, text), ground, project)
    except InputError as error:
        if "/" not in name or is_workflow(name):
            raise
        try:
            found = _from_its_directory(wanted, ground, name, text)
        except InputError as other:
            # The error of the reading that finds its files is more helpful.
            is_lost = any(word in str(error) for word in ("doesn't exist", "outside the project"))
            is_found = "doesn't exist" not in str(other) and "nothing flows" not in str(other)
            raise (other if is_lost and is_found else error) from None
    has_choices = found.has_choices or bool(_given(wanted) and not is_makefile(name))
    return ConvertSource(**{**vars(found), "has_choices": has_choices, "script": name})


def _from_its_directory(wanted: Wanted, ground: DiskGround, name: str, text: str) -> ScriptRecipe:
    """The recipe of a script started in its own directory. Raises InputError."""
    directory = os.path.dirname(name)
    project = project_name(wanted.directory.resolve().name)
    found = read_recipe(_reading(wanted, ground, name, text, directory), ground, project)
    note = Note(f"this is read as started in {directory}", Place(name))
    return replace(found, notes=(note, *found.notes))


def _given(wanted: Wanted) -> bool:
    """Whether the script was read for one of several choices that its user has."""
    return bool(wanted.arguments or wanted.environment)


def _reading(
    wanted: Wanted, ground: DiskGround, name: str, text: str, directory: str = "."
) -> ScriptReading:
    return read_build_file(
        text,
        name,
        {n: v for n, v in (*wanted.build_args, *wanted.environment) if v is not None},
        arguments=wanted.arguments,
        directory=directory,
        files=ProjectTexts(ground),
    )


def _scripts(
    wanted: Wanted, ground: DiskGround, names: Iterable[str], *, one: bool = False
) -> Iterator[str]:
    """The scripts that copy files out of one image and build another.

    With ``one`` the first image may come from elsewhere, and the files needn't be known.
    """
    for name in names:
        text = ground.text(name)
        if text is None or not (is_workflow(name) or _ENGINES.search(text)):
            continue
        if is_own_script(text):
            yield name
            continue
        try:
            reading = _reading(wanted, ground, name, text)
        except BpkitError:
            # Not a script; if it was meant to be one, --script reports the problem.
            continue
        if _carries(reading) or (one and _may_carry(reading, text)):
            yield name


def _candidates(directory: Path) -> Iterator[str]:
    for folder in _FOLDERS:
        at = directory / folder
        if not at.is_dir():
            continue
        for path in sorted(at.iterdir()):
            if path.is_file() and (path.name in _MAKEFILES or _is_script(path)):
                yield os.path.normpath(os.path.join(folder, path.name))


def _deeper(directory: Path) -> Iterator[str]:
    """Scripts further down; those in the usual directories were already read."""
    for path in sorted([*directory.glob("*/*/*"), *directory.glob("*/*")]):
        name = path.relative_to(directory)
        usual = len(name.parts) == 2 and name.parts[0] in _FOLDERS
        if usual or any(part in _NOT_OURS for part in name.parts[:-1]):
            continue
        if path.is_file() and (path.name in _MAKEFILES or _is_script(path)):
            yield str(name)


def _of_one_image(wanted: Wanted, ground: DiskGround) -> Iterator[str]:
    """Why a script that builds an image doesn't build one from another."""
    for name in _candidates(wanted.directory):
        text = ground.text(name)
        if text is None or not _ENGINES.search(text):
            continue
        try:
            reading = _reading(wanted, ground, name, text)
        except BpkitError:
            continue
        made = [a for a in reading.actions if isinstance(a, BuildImage | Commit)]
        if made:
            yield f"{made[0].source.place} builds an image, but copies nothing from it into another"


def _workflows(directory: Path) -> Iterator[str]:
    """The files of CI services, and package.json."""
    for folder in (".", ".github/workflows", ".circleci", ".semaphore", ".buildkite"):
        at = directory / folder
        for path in sorted(at.iterdir()) if at.is_dir() else ():
            name = os.path.normpath(os.path.join(folder, path.name))
            if path.is_file() and is_workflow(name):
                yield name


def _is_script(path: Path) -> bool:
    if path.suffix in {".sh", ".bash"} or is_makefile(path.name):
        return True
    if path.suffix:
        return False
    with path.open("rb") as stream:
        first = stream.readline(64)
    return first.startswith(b"#!") and b"sh" in first


def _carries(reading: ScriptReading) -> bool:
    makes = (BuildImage, Commit, ImportImage)
    builds = sum(isinstance(action, makes) for action in reading.actions)
    # A refused script may still be a build; --script, or the conversion, reports why.
    takes = any(_takes_out(action) for action in reading.actions)
    starts = sum(isinstance(action, WorkingContainer) for action in reading.actions)
    return (takes and builds + len(reading.refusals) > 1) or starts > 1


def _may_carry(reading: ScriptReading, text: str) -> bool:
    """Whether some run of it copies files out of a container, and builds."""
    takes = any(_takes_out(action) for action in reading.actions)
    builds = sum(isinstance(action, BuildImage) for action in reading.actions)
    says = re.search(r"\bcp\b|\bcat\b|\btar\b|\bexport\b|--from=", text) is not None
    named = len(re.findall(r"\b(?:docker|podman|buildah)\b[^\n]*\bbuild\b", text))
    return (takes and builds > 0) or (says and named > 1) or builds > 1


def _takes_out(action: object) -> bool:
    if isinstance(action, CopyOut | ExportContainer | Commit):
        return True
    if isinstance(action, RunContainer):
        works_on_host = any(m.host is not None and "ro" not in m.options for m in action.mounts)
        return works_on_host or not isinstance(action.output, ToTerminal)
    return isinstance(action, BuildImage) and isinstance(action.stdin, FromAction)


def _has_pair(wanted: Wanted) -> bool:
    return any((wanted.directory / name).is_file() for name in BUILD_FILES)


def _is_pair(wanted: Wanted) -> bool:
    try:
        _of_pair(wanted)
    except BpkitError:
        # A problem of the pair is reported if no script is found either.
        return False
    return True


def _of_pair(wanted: Wanted, ground: DiskGround | None = None) -> ConvertSource:
    if not _has_pair(wanted) and not wanted.files:
        seen = [*others_that_build(ground), *_of_one_image(wanted, ground)] if ground else []
        raise InputError(
            "; ".join(
                [
                    "found neither a script that builds one image from another nor a "
                    "Dockerfile.build",
                    *seen[:3],
                ]
            ),
            place=Place(str(wanted.directory)),
            hint=(
                "pass the script with --script, or the two Dockerfiles with -f BUILDFILE -f "
                "RUNTIMEFILE"
            ),
        )
    choices = ProjectChoices(
        directory=wanted.directory,
        style=BUILDER,
        tag=wanted.tag,
        files=wanted.files,
        artifacts=wanted.artifacts,
        build_args=wanted.build_args,
    )
    recipe = recipe_of(load(choices))
    check_flow(recipe)
    return ConvertSource(recipe)
