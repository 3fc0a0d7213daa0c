"""``bpkit build``: make the small image of a project, and say how much smaller it is.

The engine is asked its questions while the Dockerfiles are read, and what it answers becomes the
facts of the plan. Once the build image is there and nothing else has changed since the last run,
the rest of the plan is not needed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bpkit import __version__
from bpkit.commands.host_files import digest, staged_files
from bpkit.commands.ledger import Entry, inputs_digest, read_entry, write_entry
from bpkit.commands.project import Choices, Project, load, recipe_of
from bpkit.engine import (
    Engine,
    ImageInfo,
    Question,
    Versions,
    read_images,
    read_versions,
    uses_buildkit,
)
from bpkit.errors import EngineError, InputError, NoEngineError
from bpkit.outcome import BuildResult, MadeImage
from bpkit.plan import WHOLE, BuildOptions, Facts, image_id, plain_path, plan
from bpkit.recipe import Image, Recipe
from bpkit.runner import Orders, Progress, StepError, carry_out
from bpkit.stages import stages
from bpkit.steps import Plan, Run
from bpkit.words import Lit, Words, words


@dataclass(frozen=True)
class Prepared:
    """All that is decided before the first step: the plan and what it was made of."""

    project: Project
    recipe: Recipe
    options: BuildOptions
    facts: Facts
    plan: Plan
    bases: Mapping[str, ImageInfo]


def prepare(
    choices: Choices,
    options: BuildOptions,
    engine: Engine,
    *,
    need_engine: bool = True,
    script_engine: Words = (),
) -> Prepared:
    """Read the project and plan its build.

    Without ``need_engine`` an engine that isn't there counts as one with BuildKit and no images.
    ``script_engine`` are the words for the engine in a plan that becomes a script: which files
    match a pattern, and which builder there is, is then not decided now. Raises InputError and,
    with ``need_engine``, NoEngineError.
    """
    project = load(choices)
    try:
        versions, bases = _ask(engine, project.bases)
    except NoEngineError:
        if need_engine:
            # What is wrong with the project is said first: it is wrong on any engine.
            recipe_of(project, base_workdir="/")
            raise
        versions, bases = Versions("23", "23", podman=False), {}
    buildkit = uses_buildkit(versions)
    _check_options(options, buildkit, versions)
    recipe = recipe_of(project, _base_workdir(project, bases), frozenset(bases))
    staged = staged_files(
        recipe,
        project.directory,
        project.build_args,
        buildkit=buildkit and not script_engine,
        patterns=not script_engine,
    )
    facts = Facts(buildkit, staged)
    made = plan(recipe, options, facts, engine=script_engine or words(*engine.words))
    return Prepared(project, recipe, options, facts, made, bases)


def _ask(engine: Engine, bases: tuple[str, ...]) -> tuple[Versions, dict[str, ImageInfo]]:
    """Who answers, and which bases are here; both questions are on their way at once."""
    version = engine.ask("version", "--format", "{{json .}}")
    images = engine.ask_images(bases) if bases else None
    try:
        versions = read_versions(version.answer())
    finally:
        found = images.answer() if images else None
    return versions, read_images(bases, found) if found else {}


def _check_options(options: BuildOptions, buildkit: bool, versions: Versions) -> None:
    if (options.secrets or options.ssh) and not buildkit and not versions.podman:
        flag = "--secret" if options.secrets else "--ssh"
        raise InputError(
            f"{flag} needs BuildKit, and this engine builds with the classic builder",
            hint="set DOCKER_BUILDKIT=1, or install docker-buildx",
        )


def _base_workdir(project: Project, bases: Mapping[str, ImageInfo]) -> str | None:
    """The WORKDIR of the image that the build stage starts from, if it is here."""
    stage = stages(project.dockerfiles[project.form.files[0]], project.build_args).last
    while stage.parent is not None:
        stage = stage.parent
    info = bases.get(stage.base_image)
    return (info.config.get("WorkingDir") or "/") if info else None


def build(
    prepared: Prepared, engine: Engine, progress: Progress, *, rest: tuple[str, ...] = ()
) -> BuildResult:
    """Carry the build out. Raises StepError, NoEngineError or InterruptedRunError.

    ``rest`` are flags handed on to every ``docker build``.
    """
    began = time.monotonic()
    shortcut = _Shortcut.of(prepared, engine, rest)
    directory = prepared.project.directory
    orders = Orders(directory, rest=rest, enough=shortcut.holds if shortcut else None)
    try:
        bound = carry_out(prepared.plan, progress, orders)
    except StepError as error:
        raise _explained(error, prepared, engine) from error
    up_to_date = shortcut is not None and shortcut.held
    infos = shortcut.infos() if shortcut and up_to_date else None
    if infos is None:
        infos = engine.inspect_images([image.tag for image in prepared.recipe.images])
    images = tuple(_made(image, infos) for image in prepared.recipe.images)
    if not up_to_date:
        _remember(prepared, engine, bound, shortcut)
    style = prepared.project.form.style
    return BuildResult(prepared.recipe.project, style, images, up_to_date, time.monotonic() - began)


def _made(image: Image, infos: Mapping[str, ImageInfo]) -> MadeImage:
    info = infos.get(image.tag)
    if info is None:
        raise EngineError(
            f"the image '{image.tag}' was made, and is gone again",
            hint="somebody removed it or its name in the meantime; build it again",
        )
    return MadeImage(image.name, image.role, image.tag, info.id, info.size)


def _explained(error: StepError, prepared: Prepared, engine: Engine) -> EngineError:
    """The same error, or the reason that docker's message hides: a base that is not to be had.

    After a build that failed only the classic builder and podman have every base that they could
    pull among their images; BuildKit keeps its own, and names the line of one that it can't get.
    """
    if prepared.facts.buildkit or not isinstance(error.step, Run):
        return error
    project = prepared.project
    built = [n for n in project.form.files if Lit(plain_path(n)) in error.step.argv]
    found = [stage for n in built for stage in project.bases_of(n)]
    wanted = [stage.base_image for stage in found if stage.base_image not in prepared.bases]
    here = engine.inspect_images(wanted)
    for stage in found:
        if stage.base_image in wanted and stage.base_image not in here:
            return EngineError(
                f"the base image '{stage.base_image}' is not here and could not be pulled",
                place=stage.place(stage.from_),
                hint=f"see what the engine says: {engine.words[0]} pull {stage.base_image}",
            )
    return error


@dataclass
class _Shortcut:
    """Tells whether the images of the last run are still what this one would make.

    The engine looks for them while the build image is being built.
    """

    prepared: Prepared
    inputs: str
    before: Entry | None
    question: Question | None
    held: bool = False
    _infos: dict[str, ImageInfo] | None = None

    @classmethod
    def of(cls, prepared: Prepared, engine: Engine, rest: tuple[str, ...]) -> _Shortcut | None:
        """None where what goes into the images can't be told from here."""
        recipe, options = prepared.recipe, prepared.options
        if not recipe.is_pair or rest or options.no_cache or options.pull or options.secrets:
            return None
        if any(
            WHOLE in files.paths
            for name, files in prepared.facts.staged.items()
            if name != recipe.images[0].name
        ):
            return None
        inputs = inputs_digest(__version__, _inputs(prepared))
        before = read_entry(prepared.project.directory, _engine_name(engine))
        tags = [image.tag for image in recipe.images]
        question = engine.ask_images(tags) if before and before.inputs == inputs else None
        return cls(prepared, inputs, before, question)

    def holds(self, bound: Mapping[str, str]) -> bool:
        """Whether nothing more is to be done, now that the build image is there."""
        first = self.prepared.recipe.images[0]
        if self.question is None or self.before is None:
            return False
        infos = self.infos()
        ids = {image.name: _id_of(infos.get(image.tag)) for image in self.prepared.recipe.images}
        self.held = ids == self.before.ids and bound.get(image_id(first).name) == ids[first.name]
        return self.held

    def infos(self) -> dict[str, ImageInfo]:
        """The images by their tags, as they were when the run began."""
        if self._infos is None:
            assert self.question is not None
            tags = [image.tag for image in self.prepared.recipe.images]
            self._infos = read_images(tags, self.question.answer())
        return self._infos


def _engine_name(engine: Engine) -> str:
    return " ".join((*engine.words, os.environ.get("DOCKER_HOST", "")))


def _remember(
    prepared: Prepared, engine: Engine, bound: Mapping[str, str], shortcut: _Shortcut | None
) -> None:
    """Keep what this run made, for the next one and for ``bpkit clean``."""
    images = prepared.recipe.images
    ids = {image.name: bound[image_id(image).name] for image in images}
    tags = tuple(image.tag for image in images)
    entry = Entry(ids, shortcut.inputs if shortcut else "", tags)
    write_entry(prepared.project.directory, _engine_name(engine), entry)


def _id_of(info: ImageInfo | None) -> str:
    return info.id if info else ""


def _inputs(prepared: Prepared) -> object:
    """All that goes into the images after the first, besides what the first one makes."""
    recipe = prepared.recipe
    root = prepared.project.directory
    files = {
        image.name: digest(root / image.context, prepared.facts.staged[image.name])
        for image in recipe.images[1:]
        if image.name in prepared.facts.staged
    }
    bases = {name: info.id for name, info in prepared.bases.items()}
    texts = [image.dockerfile.text for image in recipe.images[1:]]
    shown = [
        (i.name, i.tag, i.context, i.artifacts, i.build_args, i.target, i.platform)
        for i in recipe.images
    ]
    return shown, texts, sorted(files.items()), sorted(bases.items()), prepared.options
