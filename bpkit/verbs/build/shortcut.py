"""The part of a build that already exists: all of it, or everything after the build image.

The images' inputs are compared with the ledger: if they are the last run's, and the engine still
has what that run made, it isn't made again. The engine is asked for the images and bases while the
files are read, so that the question costs little. After a build, its inputs are read again: what
changed in the meantime isn't recorded, because the engine may have read either version.

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
    """The inputs of this run, the record of the last one, and the pending question.

    ``answered`` is the engine's answer, verbatim.
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
        """Read the files and the ledger.

        The effect of ``rest``, the flags after ``--``, on the images is unknown.

        ``known`` are the engine's images by name, if it has already been asked for them.
        """
        self.before = read_entry(self.project.directory, self.entry)
        if not rest:
            if known is None:
                self.question = self.engine.ask_images(self.names)
            else:
                self._infos = {name: known[name] for name in self.names if name in known}
            self.inputs = inputs_of(self.project, self.recipe, self.options, self.facts)

    def seconds_before(self) -> float:
        """The duration of the last build, in seconds; 0 if unknown."""
        before = read_entry(self.project.directory, self.entry)
        return before.seconds if before else 0.0

    @property
    def entry(self) -> str:
        """The name of the ledger's entry: other Dockerfiles and stages have their own."""
        choices = self.project.choices
        which = (*choices.files, f"--target={choices.target}") if choices.target else choices.files
        which = (*which, f"--member={choices.member}") if choices.member else which
        return " ".join((engine_name(self.engine), *which))

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the question asks about."""
        tags = (tag for image in self.recipe.images for tag in image.tags)
        return (*tags, *self.project.origins)

    def current(self) -> list[ImageInfo]:
        """The images, if they are what a build would make now; else none."""
        before, digest = self.before, self.inputs.every
        if before is None or not digest or digest != before.every:
            return []
        if not self._are_bases_as_before(self.project.origins, before):
            return []
        return self.named() if self._are_images_as_before(before) else []

    def why_not(self) -> str:
        """Why the images aren't ``current``, as a sentence; empty if they are."""
        before = self.before
        if before is None:
            return "no earlier build is known"
        for image in self.recipe.images:
            for tag in image.tags:
                now, then = self._id_of(tag), before.ids.get(image.name, "")
                if now != then:
                    return f"the image {tag} {'has changed' if now else 'no longer exists'}"
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
        """The id of the build image that all later images can start from; empty if none can."""
        before, digest, first = self.before, self.inputs.later, self.recipe.images[0]
        if before is None or not digest or digest != before.later:
            return ""
        ships = self.project.origins_of(self.project.form.files[-1])
        if not self._are_bases_as_before(tuple(ships), before):
            return ""
        return before.ids.get(first.name, "") if self._are_images_as_before(before) else ""

    def _are_images_as_before(self, before: LedgerEntry) -> bool:
        """Whether each name still refers to the image that the last run made."""
        return all(
            self._id_of(tag) == before.ids.get(image.name, "")
            for image in self.recipe.images
            for tag in image.tags
        )

    def _are_bases_as_before(self, names: Sequence[str], before: LedgerEntry) -> bool:
        """Whether the bases are the same images as in the last run.

        A base that the engine doesn't list is looked up in the registry by every build, so it may
        be another image each time; a base with ONBUILD may copy any file.
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
        """The recipe's images, as they were when the run began."""
        return [self.infos()[image.tag] for image in self.recipe.images]

    def infos(self) -> dict[str, ImageInfo]:
        """The images by name, as they were when the run began."""
        if self._infos is None:
            done = self.question.answer() if self.question else None
            self._infos = read_images(self.names, done) if done else {}
            self.answered = done.stdout if done else ""
        return self._infos

    def reached_by(self) -> dict[str, str]:
        """The path under which BuildKit gets each context, if it isn't the context's own."""
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
        """Record what this run made, for the next run and for ``bpkit clean``.

        ``bases`` are the engine's base images now, ``more`` the ids of other images that were
        made, ``seconds`` is the duration.
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
        """Whether each base is the same image as before, and the new images are built on it."""
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
    """An identifier of the engine, from what the environment says about it."""
    places = (os.environ.get(name, "") for name in ("DOCKER_HOST", "DOCKER_CONTEXT"))
    return " ".join((*engine.words, *places))
