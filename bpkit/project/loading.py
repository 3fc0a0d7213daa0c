"""Reads a project from its directory: settings, Dockerfiles, the paths in the context.

The one place where verbs read the user's files; what they mean is decided in
``bpkit.project`` and ``bpkit.readers``.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpkit.core import Recipe, build_tag, check_tag, project_name, quote
from bpkit.errors import InputError
from bpkit.formats.context import needs, used_stages
from bpkit.formats.dockerfile import (
    KEYWORDS,
    Dockerfile,
    Stage,
    Stages,
    find_stage,
    mounts_of,
    parse,
    refusals,
    stages,
)
from bpkit.project.file_names import BUILD_FILES, MULTI_FILE, RUNTIME_FILES
from bpkit.project.form import (
    BUILDER,
    MULTI_STAGE,
    ProjectForm,
    check_slips,
    choose_form,
    name_of,
)
from bpkit.project.reading import NAME_ANOTHER, is_present, load_settings, read_dockerfile
from bpkit.project.settings import Settings
from bpkit.readers import ContextFiles, Pair, read_multi_stage, read_pair

# ``check_slips`` reports unknown instructions; an empty keyword stands for the file as a whole.
_KNOWN = KEYWORDS | {""}
#: The prefix of a named context that is an image.
IMAGE_CONTEXT = "docker-image://"


@dataclass(frozen=True)
class ProjectChoices:
    """The command line's choices for a project; fields that it doesn't set are empty.

    ``artifacts`` are written ``SRC[:DST]``; ``files`` are Dockerfiles, relative to the project;
    ``more_tags`` are further names of the image that ``tag`` names. ``target`` is the stage to
    build, ``contexts`` are named contexts, ``labels`` further labels of the image. ``inline`` is
    the text of a Dockerfile that has no file of its own. ``member`` distinguishes this image from
    others with the same directory, Dockerfile and stage.
    """

    directory: Path = Path()
    style: str = ""
    tag: str = ""
    build_tag: str = ""
    name: str = ""
    files: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    build_args: tuple[tuple[str, str | None], ...] = ()
    more_tags: tuple[str, ...] = ()
    target: str = ""
    contexts: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    inline: str = ""
    member: str = ""


@dataclass(frozen=True)
class Project:
    """A project as read: its form, its Dockerfiles by path, its settings, the user's choices."""

    directory: Path
    form: ProjectForm
    dockerfiles: dict[str, Dockerfile]
    settings: Settings
    choices: ProjectChoices
    build_args: dict[str, str] = field(default_factory=dict)

    @property
    def context(self) -> str:
        """The build context, relative to the project."""
        return posixpath.normpath(self.settings.context or ".")

    @property
    def final(self) -> Dockerfile:
        """The Dockerfile of the image that ships."""
        return self.dockerfiles[self.form.files[-1]]

    @property
    def bases(self) -> tuple[str, ...]:
        """The external images that the Dockerfiles start from, except those named by a variable."""
        found = [stage.base_image for name in self.form.files for stage in self.bases_of(name)]
        return tuple(dict.fromkeys(found))

    @property
    def origins(self) -> tuple[str, ...]:
        """The external images that something in the images comes from.

        These are the bases, and the images that COPY and mounts take files from, by name or as
        named contexts; without those that a variable names.
        """
        return tuple(
            dict.fromkeys(one for name in self.form.files for one in self.origins_of(name))
        )

    def origins_of(self, name: str) -> Iterator[str]:
        """The external images of one Dockerfile."""
        contexts = dict(self.choices.contexts)
        every = stages(self.dockerfiles[name], self.build_args)
        bases = (stage.base_image for stage in self.bases_of(name))
        yield from (one for one in (*bases, *copied_images(every)) if one not in contexts)
        for value in contexts.values():
            if value.startswith(IMAGE_CONTEXT):
                yield value.removeprefix(IMAGE_CONTEXT)

    def bases_of(self, name: str) -> Iterator[Stage]:
        """The stages of one Dockerfile that start from such images."""
        for stage in stages(self.dockerfiles[name], self.build_args):
            if stage.parent is None and not stage.is_scratch and not stage.unresolved:
                yield stage


def load(choices: ProjectChoices) -> Project:
    """Read the project of a directory. Raises InputError for what can't be read or decided."""
    directory = choices.directory
    if not directory.is_dir():
        missing = "is not a directory" if directory.exists() else "doesn't exist"
        raise InputError(f"{directory} {missing}", hint="pass the directory of a project")
    settings = load_settings(directory)
    if settings.context and not (directory / settings.context).is_dir():
        raise InputError(
            f"the build context '{settings.context}' is not a directory",
            hint="'context' in the settings is a path relative to the project",
        )
    given = {**settings.build_args, **{n: _value(n, v) for n, v in choices.build_args}}
    if choices.inline:
        inline = {MULTI_FILE: parse(choices.inline, MULTI_FILE)}
        form = choose_form(inline, MULTI_STAGE, (MULTI_FILE,))
        return Project(directory, form, inline, settings, choices, given)
    style = choices.style or settings.style
    named = choices.files or _named_in(settings, directory, style)
    names = named or (*BUILD_FILES, *RUNTIME_FILES, MULTI_FILE)
    hint = "correct it in the settings" if named and not choices.files else NAME_ANOTHER
    texts = {
        name: read_dockerfile(directory, name, hint=hint)
        for name in names
        if named or (directory / name).exists()
    }
    try:
        form = choose_form(texts, style, tuple(named))
    except InputError as error:
        raise error if texts else _nothing_here(directory, error) from None
    used = {name: texts[name] for name in form.files}
    return Project(directory, form, used, settings, choices, given)


def copied_images(every: Stages) -> Iterator[str]:
    """The images that COPY and mounts take files from, other than stages, as they are written."""
    for stage in every:
        for one in stage.instructions:
            for name in (one.flag("from"), *(mount.from_ for mount in mounts_of(one))):
                if name and "$" not in name and find_stage(every, name) is None:
                    yield name


def _value(name: str, value: str | None) -> str:
    """A build argument's value; without one docker takes it from the environment."""
    return os.environ.get(name, "") if value is None else value


def _named_in(settings: Settings, directory: Path, style: str) -> tuple[str, ...]:
    pair = None if style == MULTI_STAGE else named_pair(settings, directory)
    return pair or ((settings.dockerfile,) if settings.dockerfile else ())


def named_pair(settings: Settings, directory: Path) -> tuple[str, str] | None:
    """The two files of a pair whose names the settings give; None if they name none.

    If they name one, the other has one of its usual names. Raises InputError if it isn't there.
    """
    build, runtime = settings.build_dockerfile, settings.runtime_dockerfile
    if not (build or runtime) or (settings.dockerfile and not (build and runtime)):
        return None
    usual = (*RUNTIME_FILES, MULTI_FILE)
    build = build or next((one for one in BUILD_FILES if (directory / one).exists()), "")
    runtime = runtime or next((one for one in usual if (directory / one).exists()), "")
    if build and runtime:
        return build, runtime
    key, other = ("runtime-dockerfile", build) if build else ("build-dockerfile", runtime)
    raise InputError(
        f"the settings name {other}, but not the other Dockerfile of the pair",
        hint=f"name it with '{key}'",
    )


def _nothing_here(directory: Path, error: InputError) -> InputError:
    """The error, with where a Dockerfile is: one directory down, or up."""
    beside = sorted(p.name for p in directory.glob("Dockerfile.*") if p.is_file())
    if beside:
        among = f"; there are {', '.join(beside[:5])}" if beside[1:] else ""
        hint = f"name it, as in -f {quote(beside[0])}{among}"
        return InputError(error.message, place=error.place, hint=hint)
    below = sorted(p.parent.name for p in directory.glob("*/Dockerfile*") if p.is_file())
    above = directory.resolve().parent
    if below:
        where, there = below[0], directory / below[0]
    elif any((above / name).is_file() for name in (*BUILD_FILES, *RUNTIME_FILES, MULTI_FILE)):
        where, there = "the directory above", directory / ".."
    else:
        return error
    hint = (
        f"there is one in {where}: run bpkit there, or pass the directory: bpkit build "
        f"{quote(str(there))}"
    )
    return InputError(error.message, place=error.place, hint=hint)


def recipe_of(
    project: Project,
    base_workdir: str | None = None,
    known_images: frozenset[str] = frozenset(),
) -> Recipe:
    """The recipe of a project; raises InputError for what is found wrong before any engine.

    ``base_workdir`` is the WORKDIR of the build image's base, ``known_images`` the names that the
    engine has images for.
    """
    for dockerfile in project.dockerfiles.values():
        check_slips(dockerfile, known_images, project.build_args)
    if project.form.style == BUILDER:
        pair = _pair(project, base_workdir)
        recipe = read_pair(pair, project="project", tag="project", build_tag="project-build")
        return _named(project, recipe)
    recipe = read_multi_stage(
        project.final,
        _context_files(project),
        project.build_args,
        project="project",
        tag="project",
        inline=bool(project.choices.inline),
    )
    return _named(project, recipe)


def check_accepted(project: Project) -> None:
    """Raise InputError for the first instruction that a builder would refuse.

    It is raised before the first step: otherwise a pair's second file would be refused only after
    the first image is built. A stage that nothing uses isn't built, so its values don't count.
    """
    for dockerfile in project.dockerfiles.values():
        refused = [r for r in refusals(dockerfile, project.build_args) if r.keyword in _KNOWN]
        built = _built_lines(dockerfile, project.build_args) if refused else frozenset()
        for one in refused:
            if one.phase == "read" or (one.phase == "stage" and one.place.line in built):
                # For a misspelling there is a better message than the builder's.
                check_slips(dockerfile, frozenset(), project.build_args)
                raise one.error()


def _built_lines(dockerfile: Dockerfile, build_args: Mapping[str, str]) -> frozenset[int]:
    """The lines where instructions of the last stage, and of those it uses, start."""
    every = stages(dockerfile, build_args, open_bases=True)
    used = used_stages(every, every.last)
    return frozenset(i.line for stage in used for i in (stage.from_, *stage.instructions))


def _pair(project: Project, base_workdir: str | None) -> Pair:
    files = [project.dockerfiles[name] for name in project.form.files]
    written = project.choices.artifacts or project.settings.artifacts
    return Pair(
        build=files[0],
        runtime=files[-1],
        files=_context_files(project),
        given=tuple(_split_artifact(text) for text in written),
        build_args=project.build_args,
        base_workdir=base_workdir,
    )


def _context_files(project: Project) -> ContextFiles:
    context = project.directory / project.context
    return ContextFiles(lambda source: is_present(context, source), _names(project))


def _names(project: Project) -> tuple[str, ...]:
    """The names in the context's directories that its sources refer to."""
    root = project.directory / project.context
    directories = {""}
    for name in project.form.files:
        found = needs(project.dockerfiles[name], build_args=project.build_args)
        directories |= {posixpath.dirname(source.pattern) for source in found.sources}
    return tuple(
        posixpath.join(directory, entry.name)
        for directory in sorted(directories)
        if (root / directory).is_dir()
        for entry in os.scandir(root / directory)
    )


def _split_artifact(text: str) -> tuple[str, str]:
    source, _, destination = text.partition(":")
    if not source.strip("/. "):
        raise InputError(
            f"--artifact {text!r} doesn't name a path",
            hint="write --artifact SRC or --artifact SRC:DST, as in --artifact /src/app:app",
        )
    return source, destination


def _named(project: Project, recipe: Recipe) -> Recipe:
    """The recipe with the names that the user chose, else with those that its parts suggest."""
    choices, settings = project.choices, project.settings
    destinations = tuple(artifact.destination for artifact in recipe.artifacts)
    name = choices.name or settings.name
    if name:
        check_name(name)
    else:
        name = name_of(project.final, project.directory.resolve().name, destinations)
    tag = check_tag(choices.tag or settings.image or name)
    for_build = check_tag(
        choices.build_tag or settings.build_image or build_tag(tag), "--build-tag"
    )
    more = tuple(check_tag(one) for one in dict.fromkeys(choices.more_tags) if one != tag)
    images = tuple(
        replace(
            image,
            tag=tag if image is recipe.final else for_build,
            more_tags=more if image is recipe.final else (),
            target=choices.target or image.target if image is recipe.final else image.target,
            contexts=choices.contexts if image is recipe.final else (),
            labels=choices.labels if image is recipe.final else (),
            context=project.context,
            build_args=tuple(settings.build_args.items()),
            platform=settings.platform or None,
        )
        for image in recipe.images
    )
    return Recipe(name, images)


def check_name(name: str) -> str:
    """``name`` if it is a valid project name. Raises InputError."""
    if project_name(name) != name.replace("_", "-").replace(".", "-"):
        raise InputError(
            f"{name!r} is not a valid project name",
            hint="use lower-case letters and digits, separated by -",
        )
    return name
