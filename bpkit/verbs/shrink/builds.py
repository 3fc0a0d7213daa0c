"""The images that ``bpkit shrink`` builds and reads, and the seconds that the builds take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bpkit.core import Engine, ImageInfo, Recipe, read_images
from bpkit.errors import EngineError, InputError
from bpkit.formats.dockerfile import Dockerfile, stages
from bpkit.project import Workshop, missing_image
from bpkit.verbs.shrink.request import ShrinkRequest


@dataclass
class Builds:
    """Builds images, and adds up the time that it takes."""

    workshop: Workshop
    seconds: float = 0.0

    @contextmanager
    def built(self, recipe: Recipe, dockerfile: Dockerfile) -> Iterator[str]:
        """Like ``Workshop.built``."""
        began = time.monotonic()
        with self.workshop.built(recipe, dockerfile) as name:
            self.seconds += time.monotonic() - began
            yield name


@dataclass(frozen=True)
class OldImage:
    """The old image, and the base image of its last stage if the engine has it."""

    info: ImageInfo
    base: ImageInfo | None


@contextmanager
def old_image(
    request: ShrinkRequest, recipe: Recipe, dockerfile: Dockerfile, builds: Builds
) -> Iterator[OldImage]:
    """The old image, built from the present sources unless nothing is to be built."""
    if request.build:
        with builds.built(recipe, dockerfile) as made:
            yield _inspected(builds.workshop.engine, made, recipe.project, dockerfile)
    else:
        name = request.image or recipe.final.tag
        yield _inspected(builds.workshop.engine, name, recipe.project, dockerfile, request.image)


def _inspected(
    engine: Engine, tag: str, project: str, dockerfile: Dockerfile, named: str = ""
) -> OldImage:
    """Raises EngineError if there is no such image, InputError for one that is not of Linux."""
    base = stages(dockerfile).last.lineage[0].base_image
    names = (tag, base)
    question = engine.ask_images(names)
    import bpkit.verbs.shrink.read  # noqa: F401

    found = read_images(names, question.answer())
    if tag not in found and tag == named:
        raise EngineError(
            f"the image '{tag}' doesn't exist on this engine", hint="build or pull it first"
        )
    if tag not in found:
        raise missing_image(engine, tag, project)
    if found[tag].os not in {"linux", ""}:
        raise InputError(
            f"the image of {project} is for {found[tag].os}",
            hint="only images for Linux can be shrunk",
        )
    return OldImage(found[tag], found.get(base))
