"""Whether a build can stop: before its first step, or after the build image.

What would go into the images is held against the ledger: if it is what the last run took, and the
engine has what that run made, the same is not made again. The engine is asked for the images and
the bases while the files are read, and while it builds, so that the question costs little.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bpkit.core import (
    BuildOptions,
    Engine,
    Facts,
    ImageInfo,
    Question,
    Recipe,
    image_id,
    read_images,
)
from bpkit.project import Project
from bpkit.verbs.build.inputs import Inputs, inputs_of
from bpkit.verbs.build.ledger import LedgerEntry, read_entry, write_entry


@dataclass
class Shortcut:
    """What this run would make, what the last one made, and the question on its way.

    ``held`` says whether the run stopped.
    """

    project: Project
    recipe: Recipe
    engine: Engine
    inputs: Inputs = field(default_factory=Inputs)
    before: LedgerEntry | None = None
    question: Question | None = None
    held: bool = False
    _infos: dict[str, ImageInfo] | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        project: Project,
        recipe: Recipe,
        options: BuildOptions,
        facts: Facts,
        engine: Engine,
        rest: tuple[str, ...],
    ) -> Shortcut:
        """The shortcut of a run; nothing is known of what flags after ``--`` do to the images."""
        shortcut = cls(project, recipe, engine)
        if not rest:
            shortcut.question = engine.ask_images(shortcut.names)
            shortcut.inputs = inputs_of(project, recipe, options, facts)
            shortcut.before = read_entry(project.directory, _engine_name(engine))
        return shortcut

    @property
    def names(self) -> tuple[str, ...]:
        """The images that the answer is wanted for."""
        return (*(image.tag for image in self.recipe.images), *self.project.bases)

    def holds(self, bound: Mapping[str, str]) -> bool:
        """Whether nothing more is to be done, as far as the steps have come."""
        if self.before is not None:
            self.held = self._is_all_as_before(self.before, bound)
        return self.held

    def _is_all_as_before(self, before: LedgerEntry, bound: Mapping[str, str]) -> bool:
        images, first = self.recipe.images, self.recipe.images[0]
        if built := bound.get(image_id(first).name):
            inputs, then = self.inputs.later, before.later
            ships = self.project.bases_of(self.project.form.files[-1])
            bases = tuple(stage.base_image for stage in ships)
            if built != before.ids.get(first.name):
                return False
        else:
            inputs, then, bases = self.inputs.every, before.every, self.project.bases
        if not inputs or inputs != then:
            return False
        return all(self._id_of(i.tag) == before.ids.get(i.name, "") for i in images) and all(
            self._is_base_as_before(base, before) for base in bases
        )

    def _is_base_as_before(self, name: str, before: LedgerEntry) -> bool:
        """Whether a base is the one that the last run took.

        One that is not among the engine's images is looked up in the registry by every build, so
        it may be another one each time; and one with ONBUILD may take any file.
        """
        info = self.infos().get(name)
        return info is not None and info.id == before.bases.get(name) and not info.triggers

    def _id_of(self, name: str) -> str | None:
        info = self.infos().get(name)
        return info.id if info else None

    def infos(self) -> dict[str, ImageInfo]:
        """The images by their names, as they were when the run began."""
        if self._infos is None:
            done = self.question.answer() if self.question else None
            self._infos = read_images(self.names, done) if done else {}
        return self._infos

    def remember(self, made: Sequence[ImageInfo]) -> None:
        """Keep what this run made, for the next one and for ``bpkit clean``."""
        images, bases, infos = self.recipe.images, self.project.bases, self.infos()
        entry = LedgerEntry(
            ids={image.name: info.id for image, info in zip(images, made, strict=True)},
            bases={name: infos[name].id for name in bases if name in infos},
            every=self.inputs.every,
            later=self.inputs.later,
            tags=tuple(image.tag for image in images),
        )
        write_entry(self.project.directory, _engine_name(self.engine), entry)


def _engine_name(engine: Engine) -> str:
    return " ".join((*engine.words, os.environ.get("DOCKER_HOST", "")))
