"""Whether a build can stop after the build image: the images of the last run are still right.

What went into them is held against the ledger. The engine is asked for the images and the bases
while it builds the build image, so that the question costs no time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bpkit import __version__
from bpkit.commands.host_files import digest
from bpkit.commands.ledger import Entry, inputs_digest, read_entry, write_entry
from bpkit.commands.project import Project
from bpkit.copies import mounts_of
from bpkit.engine import Engine, ImageInfo, Question, read_images
from bpkit.plan import WHOLE, BuildOptions, Facts, image_id
from bpkit.recipe import Recipe
from bpkit.stages import find_stage, stages

_REMOTE = re.compile(r"://|^git@|\$")


@dataclass
class Shortcut:
    """What this run would make, what the last one made, and the question on its way.

    ``certain`` is false where what goes into the images can't be told from here; then nothing is
    ever up to date. ``held`` says whether the run stopped.
    """

    project: Project
    recipe: Recipe
    engine: Engine
    shown: object
    certain: bool
    before: Entry | None
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
        """The shortcut of a run; the engine is asked at once, if the answer can matter."""
        sure = recipe.is_pair and not rest and not _asks_outside(options)
        sure = sure and not _takes_from_outside(project)
        sure = sure and not any(
            WHOLE in files.paths
            for name, files in facts.staged.items()
            if name != recipe.images[0].name
        )
        shown = _shown(project.directory, recipe, options, facts) if sure else None
        before = read_entry(project.directory, _engine_name(engine))
        shortcut = cls(project, recipe, engine, shown, sure, before)
        if sure:
            shortcut.question = engine.ask_images(shortcut.names)
        return shortcut

    @property
    def names(self) -> tuple[str, ...]:
        """The images that the answer is wanted for."""
        return (*(image.tag for image in self.recipe.images), *self.bases)

    @property
    def bases(self) -> tuple[str, ...]:
        """What the image that ships starts from; the build image's id tells of all others."""
        stages = self.project.bases_of(self.project.form.files[-1])
        return tuple(dict.fromkeys(stage.base_image for stage in stages))

    def holds(self, bound: Mapping[str, str]) -> bool:
        """Whether nothing more is to be done, now that the build image is there."""
        if not self.certain or self.before is None:
            return False
        first = self.recipe.images[0]
        ids = {image.name: _id_of(self.infos().get(image.tag)) for image in self.recipe.images}
        inputs = self.inputs()
        self.held = (
            ids == self.before.ids
            and bound.get(image_id(first).name) == ids[first.name]
            and inputs != ""
            and inputs == self.before.inputs
        )
        return self.held

    def infos(self) -> dict[str, ImageInfo]:
        """The images by their names, as they were when the run began."""
        if self._infos is None:
            done = self.question.answer() if self.question else None
            self._infos = read_images(self.names, done) if done else {}
        return self._infos

    def inputs(self) -> str:
        """A digest of all that goes into the images besides the build image; empty if unknown.

        A base that is not among the engine's images is looked up in the registry by every build,
        so it may be another one each time.
        """
        bases = [(name, _id_of(self.infos().get(name))) for name in self.bases]
        if not self.certain or not all(identity for _, identity in bases):
            return ""
        return inputs_digest(__version__, self.shown, bases)

    def remember(self, bound: Mapping[str, str]) -> None:
        """Keep what this run made, for the next one and for ``bpkit clean``."""
        ids = {image.name: bound[image_id(image).name] for image in self.recipe.images}
        tags = tuple(image.tag for image in self.recipe.images)
        entry = Entry(ids, self.inputs(), tags)
        write_entry(self.project.directory, _engine_name(self.engine), entry)


def _asks_outside(options: BuildOptions) -> bool:
    return options.no_cache or options.pull or bool(options.secrets or options.ssh)


def _takes_from_outside(project: Project) -> bool:
    """Whether the image that ships takes anything that neither its base nor its context shows."""
    every = stages(project.final, project.build_args)
    for stage in every:
        if stage.parent is None and stage.unresolved:
            return True
        for one in stage.instructions:
            named = [one.flag("from"), *(mount.from_ for mount in mounts_of(one))]
            if any(name and find_stage(every, name) is None for name in named):
                return True
            if one.keyword == "ADD" and any(_REMOTE.search(source) for source in one.args[:-1]):
                return True
    return False


def _engine_name(engine: Engine) -> str:
    return " ".join((*engine.words, os.environ.get("DOCKER_HOST", "")))


def _id_of(info: ImageInfo | None) -> str:
    return info.id if info else ""


def _shown(directory: Path, recipe: Recipe, options: BuildOptions, facts: Facts) -> object:
    """What the digest is made of: all of it shows in its ``repr``."""
    files = [
        (image.name, digest(directory / image.context, facts.staged[image.name]))
        for image in recipe.images[1:]
        if image.name in facts.staged
    ]
    images = [
        (i.name, i.tag, i.context, i.artifacts, i.build_args, i.target, i.platform)
        for i in recipe.images
    ]
    return images, [image.dockerfile.text for image in recipe.images[1:]], files, options
