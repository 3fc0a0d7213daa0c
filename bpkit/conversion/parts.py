"""A recipe's Dockerfiles as parts of the merged file, with the images built from each."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bpkit.core import RUNTIME, Artifact, Image, Recipe
from bpkit.errors import InputError
from bpkit.formats.dockerfile import Dockerfile, Stage, Stages, find_stage, stages


@dataclass(frozen=True)
class Part:
    """One Dockerfile and the images that are built from it.

    ``prefix`` is its context's path in the common context, empty if they are the same.
    """

    number: int
    dockerfile: Dockerfile
    images: tuple[Image, ...]
    prefix: str = ""

    @cached_property
    def build_args(self) -> dict[str, str]:
        """The build arguments with a known value."""
        return {
            name: value
            for image in self.images
            for name, value in image.build_args
            if value is not None
        }

    @cached_property
    def every(self) -> Stages:
        """Its stages. Raises DockerfileError."""
        return stages(self.dockerfile, self.build_args)

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        return tuple(dict.fromkeys(a for image in self.images for a in image.artifacts))

    def target(self, image: Image) -> Stage:
        """The stage that becomes ``image``. Raises InputError if no stage has that name."""
        if image.target is None:
            return self.every.last
        found = find_stage(self.every, image.target)
        if found is None:
            raise InputError(
                f"--target {image.target}: {self.dockerfile.name} has no such stage",
                hint="its stages are: " + ", ".join(stage.label for stage in self.every),
            )
        return found


@dataclass(frozen=True)
class StageParts:
    """All of a recipe's Dockerfiles, in the order of the merged file.

    ``context`` is the directory that contains all their contexts, relative to the project.
    """

    recipe: Recipe
    all: tuple[Part, ...]
    context: str

    def __iter__(self) -> Iterator[Part]:
        return iter(self.all)

    def of(self, image: Image) -> Part:
        """The part that ``image`` is built from."""
        return self._by_name[image.name]

    @cached_property
    def _by_name(self) -> dict[str, Part]:
        return {image.name: part for part in self.all for image in part.images}

    @cached_property
    def _tagged(self) -> dict[str, list[tuple[int, Image]]]:
        """The images with their numbers, by tag."""
        found: dict[str, list[tuple[int, Image]]] = {}
        for number, image in enumerate(self.recipe.images):
            if image.tag:
                found.setdefault(full_tag(image.tag), []).append((number, image))
        return found

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {image.name: number for number, image in enumerate(self.recipe.images)}

    @property
    def shipped(self) -> tuple[Image, ...]:
        """The images that ship: those for running, and always the last one."""
        return tuple(i for i in self.recipe.images if i.role == RUNTIME or i is self.recipe.final)

    def image_called(self, reference: str, before: Image) -> Image | None:
        """The recipe's image that the tag ``reference`` names when ``before`` is built.

        If several share a tag, it is the last one built so far: each build moves the tag.
        """
        tagged = self._tagged.get(full_tag(reference), ())
        earlier = [one for number, one in tagged if number < self._numbers[before.name]]
        return earlier[-1] if earlier else None


def parts_of(recipe: Recipe) -> StageParts:
    """The parts of a recipe; images with equal file, context and build arguments share a part."""
    groups: dict[object, list[Image]] = {}
    for image in recipe.images:
        alone = image.path is None and image.target is None
        ships = image.role == RUNTIME or image is recipe.final
        key = (
            image.name if alone else image.path,
            image.dockerfile.text,
            image.context,
            image.build_args,
            # An image that ships has a build command of its own for each platform.
            None if ships else image.platform,
        )
        groups.setdefault(key, []).append(image)
    context = _common(tuple(image.context for image in recipe.images))
    found = tuple(
        Part(number, images[0].dockerfile, tuple(images), _prefix(images[0].context, context))
        for number, images in enumerate(groups.values())
    )
    return StageParts(recipe, found, context)


def full_tag(reference: str) -> str:
    """``reference`` with ``:latest`` if it has neither tag nor digest."""
    last = reference.rpartition("/")[2]
    return reference if ":" in last or "@" in reference else f"{reference}:latest"


def _common(contexts: tuple[str, ...]) -> str:
    split = [[p for p in posixpath.normpath(c).split("/") if p != "."] for c in contexts]
    common: list[str] = []
    for names in zip(*split, strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return "/".join(common) or "."


def _prefix(context: str, common: str) -> str:
    relative = posixpath.relpath(posixpath.normpath(context), common)
    return "" if relative == "." else relative
