"""Finds a directory's workspace: the file that declares its images, and each image's project.

These are tried in order: ``[workspace]`` or ``[image.NAME]`` in ``bpkit.toml``, a Bake file, a
Compose file, directories with Dockerfiles. The first one found is the workspace.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from bpkit.core import project_name
from bpkit.errors import BpkitError, EngineError, InputError, Place
from bpkit.formats.dockerfile import stages
from bpkit.formats.text import compiled, nearest
from bpkit.project.file_names import MULTI_FILE
from bpkit.project.form import BUILDER, has_dockerfile
from bpkit.project.loading import Project, ProjectChoices, load, recipe_of
from bpkit.project.new_files import is_sealed
from bpkit.project.reading import as_it_is, read_text
from bpkit.project.settings import parsed_toml
from bpkit.readers.workspace import (
    Graph,
    Target,
    Workspace,
    WorkspaceTable,
    bake_bases,
    bake_names,
    graph_of,
    needs_buildx,
    read_bake,
    read_compose,
    read_dotenv,
    read_table,
)

#: As ``docker buildx bake`` and ``docker compose`` look for them.
BAKE_FILES = ("docker-bake.json", "docker-bake.hcl")
DOTENV = ".env"
COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
SETTINGS = "bpkit.toml"
#: Directories of dependencies or of build output.
_PASSED_OVER = frozenset(
    [
        "node_modules",
        "vendor",
        "third_party",
        "testdata",
        "venv",
        "__pycache__",
        "target",
        "dist",
        "build_output",
    ]
)
#: Returns the JSON of these Bake files, for these targets and groups.
PrintBake: TypeAlias = Callable[[tuple[str, ...], tuple[str, ...]], str]
_MOST_DIRECTORIES = 20_000
_DEEPEST = 6


@dataclass(frozen=True)
class Member:
    """An image of a workspace and its project.

    ``target`` has the project's Dockerfile and tag where the workspace gives none.
    ``problem`` says why the project can't be built, if it can't.
    """

    target: Target
    project: Project | None
    problem: BpkitError | None = None

    @property
    def name(self) -> str:
        return self.target.name


def find_workspace(
    directory: Path,
    environment: Mapping[str, str],
    print_bake: PrintBake | None = None,
) -> Workspace:
    """The workspace that the files of ``directory`` declare.

    ``environment`` has the values of a Compose file's variables; they override its ``.env``.
    ``print_bake`` gives the JSON of a Bake file that only buildx can evaluate. Raises InputError
    for a file that can't be read, and if there is nothing to build.
    """
    if not directory.is_dir():
        raise InputError(f"'{directory}' is not a directory")
    table = _table(directory)
    if table is not None:
        found = Workspace((*_of_members(directory, table), *table.targets), SETTINGS)
    elif bake := _first(directory, BAKE_FILES):
        found = _of_bake(directory, bake, print_bake)
    elif compose := _first(directory, COMPOSE_FILES):
        found = _of_compose(directory, compose, environment)
    else:
        found = Workspace(tuple(_of_directories(directory)))
    if not found.targets:
        raise InputError(
            f"{found.source or directory} declares no image to build",
            hint="pass the directory of a project, or add a Dockerfile",
        )
    return found


def declares_workspace(directory: Path) -> bool:
    """Whether a file of the directory declares images. Raises InputError if it isn't valid."""
    return _table(directory) is not None or any(
        os.path.isfile(directory / name) for name in (*BAKE_FILES, *COMPOSE_FILES)
    )


def members_of(directory: Path, workspace: Workspace) -> tuple[Member, ...]:
    """The project of each target; one that can't be read has its problem instead."""
    names = tuple(target.name for target in workspace.targets)
    return tuple(_member(directory, target, names) for target in workspace.targets)


def graph_of_members(workspace: Workspace, members: tuple[Member, ...]) -> Graph:
    """Which images of the workspace need which, by the tags that their projects give them."""
    dockerfiles = {
        member.name: tuple(
            stages(dockerfile, member.project.build_args)
            for dockerfile in member.project.dockerfiles.values()
        )
        for member in members
        if member.project is not None
    }
    return graph_of(replace(workspace, targets=tuple(m.target for m in members)), dockerfiles)


def member_choices(directory: Path, target: Target) -> ProjectChoices:
    """The project behind a target of the workspace in ``directory``."""
    return ProjectChoices(
        directory=directory / target.context,
        tag=target.tags[0] if target.tags else "",
        files=(target.dockerfile,) if target.dockerfile and not target.inline else (),
        build_args=target.build_args,
        inline=target.inline,
    )


def _member(directory: Path, target: Target, names: tuple[str, ...]) -> Member:
    choices = member_choices(directory, target)
    context = choices.directory
    try:
        if "://" in target.context or target.context.startswith("git@"):
            raise InputError(f"the context of '{target.name}' is not a directory of this workspace")
        _check_declared(context, target, names)
        project = load(choices)
        for dockerfile in project.dockerfiles.values():
            stages(dockerfile, project.build_args)
    except BpkitError as error:
        return Member(target, None, error)
    if project.form.style == BUILDER:
        return Member(_named(target, project, _tags_of_pair(project)), project)
    try:
        recipe = recipe_of(project)
    except BpkitError as error:
        return Member(target, project, error)
    return Member(_named(target, project, (recipe.final.tag,)), project)


def _check_declared(context: Path, target: Target, names: tuple[str, ...]) -> None:
    """Raise InputError for a Dockerfile, or another image, that is named and doesn't exist."""
    if target.dockerfile and not target.inline and not os.path.isfile(context / target.dockerfile):
        raise InputError(
            f"the Dockerfile '{target.dockerfile}' of '{target.name}' doesn't exist in "
            f"{posixpath.normpath(target.context)}",
            place=target.place,
        )
    for _, value in target.contexts:
        kind, colon, name = value.partition(":")
        if colon and kind in {"target", "service"} and name not in names:
            near = nearest(name, names)
            raise InputError(
                f"'{target.name}' needs '{name}', which is not an image of this workspace",
                place=target.place,
                hint=f"did you mean '{near}'?" if near else f"its images are: {', '.join(names)}",
            )


def _tags_of_pair(project: Project) -> tuple[str, ...]:
    """The tag that the project gives a pair's image; none where only an engine can tell.

    Its artifacts may depend on the base image's WORKDIR; their names in the context don't.
    """
    for workdir in (None, "/"):
        with suppress(BpkitError):
            return (recipe_of(project, base_workdir=workdir).final.tag,)
    return ()


def _named(target: Target, project: Project, tags: tuple[str, ...]) -> Target:
    settings = project.settings
    return replace(
        target,
        dockerfile="" if target.inline else target.dockerfile or project.form.files[-1],
        tags=target.tags or tags or tuple(filter(None, [settings.image or settings.name])),
        build_args=(*settings.build_args.items(), *target.build_args),
    )


def _first(directory: Path, names: tuple[str, ...]) -> str:
    return next(
        (
            name
            for name in names
            # A Bake file that bpkit wrote declares nothing; it follows from what does. A compose
            # file that 'init --all' wrote is the declaration itself.
            if (directory / name).is_file()
            and not (name in BAKE_FILES and is_sealed(read_text(directory / name, name)))
        ),
        "",
    )


def _table(directory: Path) -> WorkspaceTable | None:
    path = directory / SETTINGS
    if not os.path.isfile(path):
        return None
    text = read_text(path, SETTINGS)
    return read_table(parsed_toml(text, SETTINGS), text, SETTINGS)


def _of_compose(directory: Path, name: str, environment: Mapping[str, str]) -> Workspace:
    """The files that ``docker compose build`` reads: ``COMPOSE_FILE``, or file and override."""

    def read(path: str) -> str | None:
        return as_it_is(directory, path) if os.path.isfile(directory / path) else None

    values = {**read_dotenv(read(DOTENV) or "", environment), **environment}
    separator = values.get("COMPOSE_PATH_SEPARATOR") or os.pathsep
    listed = tuple(filter(None, values.get("COMPOSE_FILE", "").split(separator)))
    first, *more = listed or (name, *filter(None, [_first(directory, _overrides(name))]))
    text = read_text(directory / first, first)
    found = read_compose(text, first, directory.resolve().name, values, tuple(more), read)
    return replace(
        found,
        targets=tuple(_with_dockerfile(directory, target) for target in found.targets),
        files=(*found.files, DOTENV),
    )


def _with_dockerfile(directory: Path, target: Target) -> Target:
    """Compose and bake use the file that is called Dockerfile, even if it is one of a pair."""
    is_named = target.dockerfile or target.inline
    if is_named or not os.path.isfile(directory / target.context / MULTI_FILE):
        return target
    return replace(target, dockerfile=MULTI_FILE)


def _overrides(name: str) -> tuple[str, ...]:
    """The names of the override file that compose merges into the file of this name, if any."""
    stem = name.rpartition(".")[0]
    return (f"{stem}.override.yaml", f"{stem}.override.yml")


def _of_bake(directory: Path, name: str, print_bake: PrintBake | None) -> Workspace:
    text = read_text(directory / name, name)
    stem, dot, extension = name.rpartition(".")
    over = _first(directory, (f"{stem}.override{dot}{extension}",))
    files = tuple(filter(None, (name, over)))
    notes = tuple(
        f"{compose} is not read: {name} declares the images"
        for compose in filter(None, [_first(directory, COMPOSE_FILES)])
    )
    if not over and not needs_buildx(text):
        found = read_bake(text, name)
    elif print_bake is None:
        raise InputError(
            f"only buildx can evaluate {name}",
            place=Place(name),
            hint="install docker-buildx, or write the targets into bpkit.toml",
        )
    else:
        texts = (text, *(read_text(directory / one, one) for one in files[1:]))
        names = bake_names("\n".join(texts))
        notes += tuple(f"{name}: '{one}' is only inherited from" for one in bake_bases(texts))
        try:
            found = read_bake(print_bake(files, names), name, evaluated=True)
        except EngineError:
            # A target that isn't built by default may need variables that aren't set.
            if not names:
                raise
            found = read_bake(print_bake(files, ()), name, evaluated=True)
            notes = (
                *notes,
                f"{name}: the targets are those that 'docker buildx bake' builds by default; "
                "buildx doesn't evaluate the others",
            )
    # bake gives a target without tags no name; here the image has the target's.
    found = replace(
        found,
        targets=tuple(
            replace(
                _with_dockerfile(directory, target),
                tags=target.tags or (target.name.lower(),),
                nameless=not target.tags,
            )
            for target in found.targets
        ),
    )
    return replace(found, notes=(*found.notes, *notes), files=files)


def _of_members(directory: Path, table: WorkspaceTable) -> Iterator[Target]:
    excluded = {path for pattern in table.exclude for path in _matching(directory, pattern)}
    for pattern in table.members:
        found = [path for path in _matching(directory, pattern) if path not in excluded]
        if not found:
            raise InputError(
                f"no directory matches the member '{pattern}'",
                place=Place(SETTINGS),
                hint="members are directories relative to bpkit.toml, or patterns of them",
            )
        for path in found:
            if has_dockerfile(directory / path):
                yield _of_directory(directory, path)


def _matching(directory: Path, pattern: str) -> list[str]:
    """The directories below ``directory`` that a pattern of path parts names, sorted."""
    found = [""]
    for part in posixpath.normpath(pattern).split("/"):
        glob = compiled(part)
        found = [
            posixpath.join(above, entry.name)
            for above in found
            for entry in sorted(os.scandir(directory / above), key=lambda one: one.name)
            if entry.is_dir() and glob.matches(entry.name)
        ]
    return found


def _of_directories(directory: Path) -> Iterator[Target]:
    """A target for every directory that has a Dockerfile or the pair, from the top."""
    waiting: list[tuple[str, int]] = [("", 0)]
    seen = 0
    while waiting:
        path, depth = waiting.pop(0)
        seen += 1
        if seen > _MOST_DIRECTORIES:
            raise InputError(
                f"there are more than {_MOST_DIRECTORIES:,} directories here",
                hint="list the members in bpkit.toml: [workspace] members = [...]",
            )
        if has_dockerfile(directory / path):
            yield _of_directory(directory, path or ".")
        if depth < _DEEPEST:
            try:
                entries = sorted(os.scandir(directory / path), key=lambda one: one.name)
            except OSError:
                # A directory that can't be read holds no member that could be built.
                continue
            waiting += [
                (posixpath.join(path, entry.name), depth + 1)
                for entry in entries
                if entry.is_dir(follow_symlinks=False)
                and entry.name not in _PASSED_OVER
                and not entry.name.startswith(".")
            ]


def _of_directory(directory: Path, path: str) -> Target:
    name = directory.resolve().name if path == "." else path
    return Target(project_name(name), context=path, place=Place(path))
