"""A project of the builder pattern as one Dockerfile with stages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bpkit import __version__
from bpkit.conversion import Converted, MergeChoices, Note, Part, merged, references_outside
from bpkit.core import RUNTIME, Image, Recipe
from bpkit.formats.context import ContextNeeds, Tree, needs, together
from bpkit.formats.dockerfile import stages
from bpkit.formats.dockerignore import NAME as IGNORE
from bpkit.project import (
    BUILD_FILES,
    RUNTIME_FILES,
    DiskGround,
    NewFile,
    ProjectTexts,
    sealed,
)
from bpkit.readers.script import Fate
from bpkit.verbs.convert.commands import build_commands, leaving_commands
from bpkit.verbs.convert.files import file_to_write
from bpkit.verbs.convert.ignore_lines import joined_ignore
from bpkit.verbs.convert.makefile_change import makefile_change
from bpkit.verbs.convert.needed import built_elsewhere, compose_builds, uses_of, uses_of_files
from bpkit.verbs.convert.old_files import old_files
from bpkit.verbs.convert.request import DOCKERFILE, MULTI_STAGE, ConvertRequest
from bpkit.verbs.convert.result import Conversion, WrittenForm
from bpkit.verbs.convert.settings_edit import settings_files
from bpkit.verbs.convert.sources import ConvertSource, find_source, trees_of, wanted_of
from bpkit.verbs.ignore import allow_list, derived_text


def to_multi_stage(request: ConvertRequest) -> Conversion:
    ground = DiskGround(request.directory)
    source = find_source(wanted_of(request), ground)
    trees = trees_of(source, ground)
    name = request.output or _free_name(source, ground)
    made = merged(source.recipe, MergeChoices(name, request.keep_entrypoint, trees))
    files = [file_to_write(request.directory, name, made.recipe.final.dockerfile.text)]
    makefile, hints = makefile_change(request, ground, source, made, name)
    settings, unsaid = _settings(request, ground, name)
    texts = ProjectTexts(ground)
    old = old_files(source, made, name, (makefile, bool(hints)), texts)
    files += _ignore_files(request, ground, source, made, is_read_on=old.script_stays)
    files += [*makefile, *settings]
    hints += unsaid
    stays = [line for line in source.lines if line.fate is Fate.KEPT]
    return Conversion(
        MULTI_STAGE,
        request.directory,
        tuple(files),
        WrittenForm(source.recipe, source.virtual, dict(_merged_into(source, trees))),
        WrittenForm(_by_name(made.recipe, name)),
        source.lines,
        (
            *(*source.notes, *made.notes, *hints),
            *_other_stages(name, source),
            *_compose_notes(name, source, made),
            *built_elsewhere(_outside(made), old.all, texts),
        ),
        tuple(build_commands(name, source, made)),
        old.unneeded,
        old.kept,
        (*(one.note for one in source.host_files), *source.left_behind),
        (
            *uses_of(source.unmade, ([*old.all, name], stays), texts),
            *_other_image(name, source, texts),
            *uses_of_files([o.path for o in source.host_files if makefile and not o.is_own], stays),
        ),
        tuple(leaving_commands(name, source, made)),
    )


def _settings(
    request: ConvertRequest, ground: DiskGround, name: str
) -> tuple[list[NewFile], list[Note]]:
    """The settings that select the new file, even while the pair stays beside it."""
    wanted = {"style": MULTI_STAGE} | ({"dockerfile": name} if name != DOCKERFILE else {})
    has_pair = all(
        any(ground.text(one) is not None for one in known) for known in (BUILD_FILES, RUNTIME_FILES)
    )
    return settings_files(request, ground, wanted, is_chosen=has_pair)


def _free_name(source: ConvertSource, ground: DiskGround) -> str:
    """The new file's name: Dockerfile, unless there is one that the script doesn't build."""
    own = {image.path for image in source.recipe.images} | {*source.files}
    if ground.text(DOCKERFILE) is None or DOCKERFILE in own:
        return DOCKERFILE
    last = source.recipe.final.path
    is_alone = sum(image.role == RUNTIME for image in source.recipe.images) < 2
    is_near = last is not None and "/" not in last
    return last if last is not None and is_near and is_alone else f"{DOCKERFILE}.multi-stage"


def _outside(made: Converted) -> Iterator[str]:
    """The names of external images that the new file starts from or copies from."""
    for image in made.recipe.images[-1:]:
        yield from dict.fromkeys(references_outside(Part(0, image.dockerfile, (image,))))


def _merged_into(
    source: ConvertSource, trees: Mapping[str, Tree]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The project's own files in directories that artifacts are copied into, by image."""
    for image in source.recipe.images:
        places = tuple(f"{one.destination}/" for one in image.artifacts)
        files = tuple(
            entry.path
            for entry in trees.get(image.name, Tree())
            if entry.kind != "directory" and entry.path.startswith(places)
        )
        if places and files:
            yield image.name, files


def _by_name(recipe: Recipe, name: str) -> Recipe:
    """The recipe built from the file ``name``, once it is written."""
    return replace(recipe, images=tuple(replace(one, path=name) for one in recipe.images))


def _ignore_files(
    request: ConvertRequest,
    ground: DiskGround,
    source: ConvertSource,
    made: Converted,
    *,
    is_read_on: bool,
) -> Iterator[NewFile]:
    """A ``.dockerignore`` for the new form, if the present one doesn't suit it.

    Sources that only the old form copied, above all artifacts on the host, are left out. If the
    script goes on building the old form (``is_read_on``), its context stays as it is.
    """
    context = made.recipe.final.context
    name = posixpath.normpath(posixpath.join(context, IGNORE))
    if name.startswith("../"):
        return
    there = ground.text(name)
    parts = {
        posixpath.relpath(image.context, context): ground.text(
            posixpath.join(image.context, IGNORE)
        )
        for image in source.recipe.images
        if posixpath.normpath(image.context) != posixpath.normpath(context)
    }
    if any(parts.values()) or (parts and there):
        text = joined_ignore(there or "", {path: text or "" for path, text in parts.items()})
        yield file_to_write(request.directory, name, text)
    elif there is None and not is_read_on and not _other_dockerfiles(request, source, made):
        final = made.recipe.final.dockerfile
        found = _needs_of(made.recipe.images)
        allowed = allow_list(found) if found is not None else None
        if allowed is not None and allowed.whole is None and allowed.lines:
            text = derived_text(allowed, [final.name], ())
            yield file_to_write(request.directory, name, sealed(f"convert {__version__}", text))


# A file of so many builds with different arguments asks for more than a list should hold.
_MOST_BUILDS = 20


def _needs_of(images: Sequence[Image]) -> ContextNeeds | None:
    """What the builds of the images from the one file take from the context; None if too much.

    Each stage of the file is there for one of them, so several images need all stages.
    """
    given = dict.fromkeys(image.build_args for image in images)
    if len(given) > _MOST_BUILDS:
        return None
    several = len(images) > 1
    known = ({n: value for n, value in one if value is not None} for one in given)
    last = images[-1].dockerfile
    return together(*(needs(last, None, one, unused_stages=several) for one in known))


def _other_stages(name: str, source: ConvertSource) -> Iterator[Note]:
    """The image that a manual ``docker build`` of the old file made, and of the new one doesn't."""
    for image in source.recipe.images:
        known = {n: value for n, value in image.build_args if value is not None}
        last = stages(image.dockerfile, known).last
        if image.path == name and image.target and last.label != image.target:
            yield Note(
                "this stage is no longer the last one of the file, which "
                "'docker build' without --target builds",
                last.place(last.from_),
            )


def _compose_notes(name: str, source: ConvertSource, made: Converted) -> Iterator[Note]:
    """The ``build:`` that a Compose file now needs for the images that ship."""
    before = {image.name: image for image in source.recipe.images}
    for image in made.recipe.images:
        place = dict(source.declared).get(image.name)
        old = before[image.name]
        if place is not None and (old.path, old.context, old.target) != (
            (name, image.context, image.target)
        ):
            dockerfile = posixpath.relpath(name, image.context)
            target = f", target: {image.target}" if image.target else ""
            context = posixpath.relpath(image.context, posixpath.dirname(place.file) or ".")
            yield Note(
                f"the service's build is now context: {context}, dockerfile: {dockerfile}{target}",
                place,
            )


def _other_image(name: str, source: ConvertSource, texts: ProjectTexts) -> Iterator[Note]:
    """Compose services built from the file, whose last stage is another image now."""
    shipped = {image.path for image in source.recipe.images if image.role == RUNTIME}
    builders = {image.path for image in source.recipe.images} - shipped
    for service, path in compose_builds(texts) if name in builders else ():
        if path == name:
            why = f"this service builds the last stage of {name}, which is another image now"
            yield Note(why, service)


def _other_dockerfiles(request: ConvertRequest, source: ConvertSource, made: Converted) -> bool:
    """Whether the project has other Dockerfiles, which an allow-list made here would break."""
    known = {image.dockerfile.name for image in source.recipe.images}
    known.add(made.recipe.final.dockerfile.name)
    found = {path.name for path in request.directory.glob("*ockerfile*")}
    return bool(found - known)
