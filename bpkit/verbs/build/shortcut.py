"""The part of a build that already exists: all of it, or all after the build image.

The inputs of the images are compared with the ledger: if they are those of the last run, and
the engine has what that run made, it isn't made again. The engine is asked for the images and
the bases while the files are read, so that the question costs little. After a build all that went
into it is looked at again: what changed meanwhile is not remembered, because it isn't known which
version the engine has read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bpkit.core import BuildOptions, Engine, Facts, ImageInfo, Question, Recipe, read_images
from bpkit.formats.dockerfile import stages
from bpkit.project import Project, Transfer, Transfers
from bpkit.verbs.build.inputs import Inputs, inputs_of
from bpkit.verbs.build.ledger import LedgerEntry, read_entry, write_entry


@dataclass
class Shortcut:
    """What this run would make, what the last one made, and the pending question.

    ``answered`` is the engine's answer, as it wrote it.
    """

    project: Project
    recipe: Recipe
    options: BuildOptions
    facts: Facts
    engine: Engine
    inputs: Inputs = field(default_factory=Inputs)
    before: LedgerEntry | None = None
    question: Question | None = None
    sent: dict[str, Transfer] = field(default_factory=dict)
    answered: str = field(default="", repr=False)
    _infos: dict[str, ImageInfo] | None = field(default=None, repr=False)

    def look(
        self, rest: tuple[str, ...] = (), known: Mapping[str, ImageInfo] | None = None
    ) -> None:
        """Look at the files and the ledger; what ``rest``, the flags after ``--``, does to the
        images isn't known.

        ``known`` are the engine's images by their names, where it has been asked for them already.
        """
        self.before = read_entry(self.project.directory, self.entry)
        if not rest:
            if known is None:
                self.question = self.engine.ask_images(self.names)
            else:
                self._infos = {name: known[name] for name in self.names if name in known}
            self.inputs = inputs_of(self.project, self.recipe, self.options, self.facts)

    def seconds_before(self) -> float:
        """How long the last build took, in seconds; 0 if none is known."""
        before = read_entry(self.project.directory, self.entry)
        return before.seconds if before else 0.0

    @property
    def entry(self) -> str:
        """The name of the ledger's entry: images of other Dockerfiles and stages have their own."""
        choices = self.project.choices
        which = (*choices.files, f"--target={choices.target}") if choices.target else choices.files
        which = (*which, f"--member={choices.member}") if choices.member else which
        return " ".join((engine_name(self.engine), *which))

    @property
    def names(self) -> tuple[str, ...]:
        """The images that the answer is wanted for."""
        tags = (tag for image in self.recipe.images for tag in image.tags)
        return (*tags, *self.project.origins)

    def current(self) -> list[ImageInfo]:
        """The images, if all are what would be made now; else none."""
        before, digest = self.before, self.inputs.every
        if before is None or not digest or digest != before.every:
            return []
        if not self._are_bases_as_before(self.project.origins, before):
            return []
        return self.named() if self._are_images_as_before(before) else []

    def why_not(self) -> str:
        """Why the images aren't ``current``, in a sentence; empty if they are."""
        before = self.before
        if before is None:
            return "no earlier build is known"
        for image in self.recipe.images:
            for tag in image.tags:
                now, then = self._id_of(tag), before.ids.get(image.name, "")
                if now != then:
                    return f"the image {tag} is {'a different one now' if now else 'gone'}"
        for name in self.project.origins:
            info, was = self.infos().get(name), before.bases.get(name)
            if info is None:
                return f"its base {name} is not on this engine"
            if info.id != was:
                return f"its base {name} has changed"
            if info.triggers:
                return f"its base {name} has ONBUILD instructions, which may copy any file"
        if not self.inputs.every:
            return "its inputs can't be determined from the files"
        if not before.every:
            return "a file changed during the last build"
        if self.inputs.every == before.every:
            return ""
        changed = [name for name, part in self.inputs.parts if part != before.parts.get(name)]
        return f"changed since the last build: {', '.join(changed) or 'its inputs'}"

    def enough(self) -> str:
        """The id of the build image with which all behind it are made; empty if none is."""
        before, digest, first = self.before, self.inputs.later, self.recipe.images[0]
        if before is None or not digest or digest != before.later:
            return ""
        ships = self.project.origins_of(self.project.form.files[-1])
        if not self._are_bases_as_before(tuple(ships), before):
            return ""
        return before.ids.get(first.name, "") if self._are_images_as_before(before) else ""

    def _are_images_as_before(self, before: LedgerEntry) -> bool:
        """Whether each name still is the image's that the last run made."""
        return all(
            self._id_of(tag) == before.ids.get(image.name, "")
            for image in self.recipe.images
            for tag in image.tags
        )

    def _are_bases_as_before(self, names: Sequence[str], before: LedgerEntry) -> bool:
        """Whether the bases are those that the last run took.

        One that is not among the engine's images is looked up in the registry by every build, so
        it may be another one each time; and one with ONBUILD may take any file.
        """
        infos = [(name, self.infos().get(name)) for name in names]
        return all(
            info is not None and info.id == before.bases.get(name) and not info.triggers
            for name, info in infos
        )

    def _id_of(self, name: str) -> str | None:
        info = self.infos().get(name)
        return info.id if info else None

    def named(self) -> list[ImageInfo]:
        """The images of the recipe, as they were when the run began."""
        return [self.infos()[image.tag] for image in self.recipe.images]

    def infos(self) -> dict[str, ImageInfo]:
        """The images by their names, as they were when the run began."""
        if self._infos is None:
            done = self.question.answer() if self.question else None
            self._infos = read_images(self.names, done) if done else {}
            self.answered = done.stdout if done else ""
        return self._infos

    def reached_by(self) -> dict[str, str]:
        """The path under which each context is given to BuildKit, where it isn't its own."""
        if not self.facts.buildkit:
            return {}
        known = self.before.sent if self.before else {}
        before = {path: Transfer(*one) for path, one in known.items()}
        transfers = Transfers(self.project.directory, self.project.build_args, before, self.sent)
        return transfers.reached_by(self.recipe, self.facts.staged)

    def remember(
        self,
        made: Sequence[ImageInfo],
        bases: Mapping[str, ImageInfo],
        more: Sequence[str] = (),
        seconds: float = 0.0,
    ) -> None:
        """Remember what this run made, for the next one and for ``bpkit clean``.

        ``bases`` are those that the engine has now, ``more`` the ids of what else was made,
        ``seconds`` is how long it took.
        """
        again = inputs_of(self.project, self.recipe, self.options, self.facts)
        steady = again == self.inputs and self._have_bases_stayed(made, bases)
        images = self.recipe.images
        ids = {image.name: info.id for image, info in zip(images, made, strict=True)}
        sent = {**(self.before.sent if self.before else {})}
        sent |= {at: (one.path, one.since, one.directories) for at, one in self.sent.items()}
        entry = LedgerEntry(
            ids=ids,
            bases={name: self.infos()[name].id for name in bases if name in self.infos()},
            every=self.inputs.every if steady else "",
            later=self.inputs.later if steady else "",
            tags=tuple(tag for image in images for tag in image.tags),
            made=(*more, *ids.values()),
            sent=sent,
            parts=dict(self.inputs.parts) if steady else {},
            seconds=round(seconds, 3),
        )
        write_entry(self.project.directory, self.entry, entry)

    def _have_bases_stayed(self, made: Sequence[ImageInfo], bases: Mapping[str, ImageInfo]) -> bool:
        """Whether each base is the image that it was, and the images stand on it."""
        for name, then in self.infos().items():
            now = bases.get(name)
            if name in self.project.origins and (
                now is None or (now.id, now.tagged) != (then.id, then.tagged)
            ):
                return False
        for image, info in zip(self.recipe.images, made, strict=True):
            last = stages(image.dockerfile, self.project.build_args).last
            base = bases.get(last.lineage[0].base_image)
            if base and not image.target and info.layers[: len(base.layers)] != base.layers:
                return False
        return True


def engine_name(engine: Engine) -> str:
    """What tells an engine from others, as far as the environment says."""
    places = (os.environ.get(name, "") for name in ("DOCKER_HOST", "DOCKER_CONTEXT"))
    return " ".join((*engine.words, *places))
