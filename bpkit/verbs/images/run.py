"""``bpkit images``: the images that bpkit made on this engine, for one project or for all."""

from __future__ import annotations

from collections.abc import Sequence

from bpkit.core import IMAGE_LABEL, STAGE, Engine
from bpkit.errors import InputError
from bpkit.project import ProjectChoices, load, recipe_of
from bpkit.verbs.build import read_claims, read_tags
from bpkit.verbs.images.inventory import ListedImage, belongings, full_name, listed


def images(engine: Engine, project: str | None = None) -> tuple[ListedImage, ...]:
    """The images that bpkit made, of one project or of all. Raises NoEngineError."""
    ids = engine.lines("images", "-q", "--no-trunc", "--filter", f"label={IMAGE_LABEL}")
    found = engine.inspect_images(tuple(dict.fromkeys(ids)))
    return listed({info.id: info for info in found.values()}.values(), project)


def images_of(projects: Sequence[ProjectChoices], engine: Engine) -> tuple[ListedImage, ...]:
    """The images of these projects. Raises InputError and NoEngineError."""
    every = images(engine)
    found = (image for choices in projects for image in _images_of(choices, every))
    return tuple({image.info.id: image for image in found}.values())


def _images_of(choices: ProjectChoices, every: tuple[ListedImage, ...]) -> tuple[ListedImage, ...]:
    project, tags = identity(choices)
    known = frozenset(full_name(tag) for tag in (*tags, *read_tags(choices.directory)))
    claims = read_claims(choices.directory)
    labelled = tuple(one for one in every if one.project == project or one.info.id in claims.mine)
    return belongings(labelled, known, claims.mine, claims.theirs).images


def without_stages(found: tuple[ListedImage, ...]) -> tuple[ListedImage, ...]:
    """The images without those of earlier stages, which the classic builder leaves untagged."""
    return tuple(one for one in found if one.names or one.role != STAGE)


def identity(choices: ProjectChoices) -> tuple[str, tuple[str, ...]]:
    """The project's name and its tags, as far as its files show. Raises InputError."""
    try:
        recipe = recipe_of(load(choices), base_workdir="/")
    except InputError as error:
        if choices.name:
            return choices.name, tuple(tag for tag in (choices.tag, choices.build_tag) if tag)
        raise InputError(
            f"can't tell which project this is: {error.message}",
            place=error.place,
            hint="pass --name or, in a workspace, the directory of one of its images; "
            "'bpkit images --all' lists the images of all projects",
        ) from None
    return recipe.project, tuple(tag for image in recipe.images for tag in image.tags)
