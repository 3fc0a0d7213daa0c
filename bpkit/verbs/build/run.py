"""``bpkit build``: makes a project's small image, and reports how much smaller it is.

The engine isn't asked what the files already answer. If nothing has changed since the last run, the
plan isn't needed, or only up to the build image (``bpkit.verbs.build.shortcut``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bpkit.core import (
    BuildOptions,
    Completed,
    Engine,
    Facts,
    Image,
    ImageInfo,
    Lit,
    Orders,
    Plan,
    Progress,
    Question,
    Recipe,
    Run,
    StepError,
    Versions,
    Words,
    carry_out,
    clear_up_after_killed,
    image_id,
    plain_path,
    plan,
    read_images,
    uses_buildkit,
    words,
)
from bpkit.errors import EngineError, InputError, NoEngineError
from bpkit.formats.dockerfile import stages
from bpkit.project import (
    Project,
    ProjectChoices,
    check_accepted,
    load,
    recipe_of,
    staged_files,
    whole_contexts,
)
from bpkit.verbs.build.client import known_versions
from bpkit.verbs.build.platforms import check_platform, check_several, check_store, has_several
from bpkit.verbs.build.result import BuildResult, MadeImage
from bpkit.verbs.build.run_command import run_command
from bpkit.verbs.build.shortcut import Shortcut


@dataclass(frozen=True)
class Prepared:
    """Everything that is decided before the first step."""

    project: Project
    recipe: Recipe
    options: BuildOptions
    facts: Facts
    engine: Words

    @property
    def platform(self) -> str | None:
        """What ``--platform`` says of the image that ships, or the project itself."""
        return self.options.platform or self.recipe.final.platform

    @property
    def plan(self) -> Plan:
        """The plan of a build that reuses nothing from the last one."""
        return self.plan_with(self.facts)

    def plan_with(self, facts: Facts) -> Plan:
        """The plan, given these facts."""
        return plan(self.recipe, self.options, facts, engine=self.engine)


def prepare(
    choices: ProjectChoices,
    options: BuildOptions,
    engine: Engine,
    *,
    need_engine: bool = True,
    script_engine: Words = (),
) -> Prepared:
    """Read the project and plan its build.

    Without ``need_engine``, an engine that doesn't answer counts as one with BuildKit and no
    images. ``script_engine`` are the words for the engine in a plan that becomes a script: which
    files match a pattern, and which builder is used, is then decided when the script runs. Raises
    InputError and, with ``need_engine``, NoEngineError.
    """
    return prepared_of(
        load(choices), options, engine, need_engine=need_engine, script_engine=script_engine
    )


def prepared_of(
    project: Project,
    options: BuildOptions,
    engine: Engine,
    *,
    need_engine: bool = True,
    script_engine: Words = (),
) -> Prepared:
    """The same for a project that has already been read. Raises what ``prepare`` raises."""
    check_accepted(project)
    try:
        versions = known_versions(engine)
    except NoEngineError:
        if need_engine:
            # Report a fault in the project first: it is one on any engine.
            recipe_of(project, base_workdir="/")
            raise
        versions = Versions("23", "23", podman=False)
    buildkit = uses_buildkit(versions)
    _check_options(options, buildkit, versions)
    if project.choices.contexts and not buildkit:
        raise InputError(
            "--build-context needs BuildKit, and this engine builds with the classic builder",
            hint="set DOCKER_BUILDKIT=1, or install docker-buildx",
        )
    recipe = _recipe(project, engine)
    platform = options.platform or recipe.final.platform
    if platform and has_several(platform):
        check_several(platform, recipe, buildkit=buildkit)
        # A script may be run on another engine, and a dry run without one.
        if need_engine and not script_engine:
            check_store(platform, engine)
    staged = staged_files(
        recipe,
        project.directory,
        project.build_args,
        buildkit=buildkit and not script_engine,
        patterns=not script_engine,
    )
    linked: frozenset[str] = frozenset()
    if script_engine:
        # The script may run on BuildKit, and has no record of what BuildKit was sent.
        linked = whole_contexts(recipe, project.directory, project.build_args, staged)
    facts = Facts(buildkit, staged, linked=linked)
    return Prepared(project, recipe, options, facts, script_engine or words(*engine.words))


def _recipe(project: Project, engine: Engine) -> Recipe:
    """The recipe; the engine's base images answer what the files alone don't."""
    try:
        return recipe_of(project)
    except InputError:
        try:
            bases = engine.inspect_images(project.bases)
        except NoEngineError:
            bases = {}
        return recipe_of(project, _base_workdir(project, bases), frozenset(bases))


def _check_options(options: BuildOptions, buildkit: bool, versions: Versions) -> None:
    if (options.secrets or options.ssh) and not buildkit and not versions.podman:
        flag = "--secret" if options.secrets else "--ssh"
        raise InputError(
            f"{flag} needs BuildKit, and this engine builds with the classic builder",
            hint="set DOCKER_BUILDKIT=1, or install docker-buildx",
        )
    given = {"--output": options.outputs, "--load": options.load}
    given |= {"--metadata-file": options.metadata_file}
    for flag, value in given.items():
        if value and not buildkit:
            raise InputError(
                f"{flag} needs BuildKit, and this engine builds without it",
                hint=f"set DOCKER_BUILDKIT=1, install docker-buildx, or omit {flag}",
            )
    if options.platform:
        check_platform(options.platform)


def _base_workdir(project: Project, bases: Mapping[str, ImageInfo]) -> str | None:
    """The WORKDIR of the build stage's base image, if the engine has it."""
    stage = stages(project.dockerfiles[project.form.files[0]], project.build_args).last
    info = bases.get(stage.lineage[0].base_image)
    return (info.config.get("WorkingDir") or "/") if info else None


@dataclass(frozen=True)
class Built:
    """The result of a build, and the engine's record of the image that ships.

    ``shortcut`` is what was known about it before, with the engine's answer.
    """

    result: BuildResult
    shipped: ImageInfo
    shortcut: Shortcut


def build(
    prepared: Prepared,
    engine: Engine,
    progress: Progress,
    *,
    rest: tuple[str, ...] = (),
    meanwhile: Callable[[], None] | None = None,
    known: Mapping[str, ImageInfo] | None = None,
) -> Built:
    """Run the build. Raises StepError, NoEngineError or InterruptedRunError.

    ``rest`` are flags passed to every ``docker build``; ``meanwhile`` is called while the engine
    builds; ``known`` are the engine's images, if it has already been asked for them.
    """
    began = time.monotonic()
    project, recipe = prepared.project, prepared.recipe
    shortcut = Shortcut(project, recipe, prepared.options, prepared.facts, engine)
    shortcut.look(rest, known)
    orders = Orders(project.directory, rest=rest)
    infos = shortcut.current()
    up_to_date = bool(infos)
    if up_to_date:
        bare = Plan(recipe.project, prepared.engine, ())
        clear_up_after_killed(bare, progress, orders)
    else:
        facts = replace(prepared.facts, reached_by=shortcut.reached_by(), enough=shortcut.enough())
        made = _Made(recipe.images, project.origins, engine)
        orders = replace(orders, meanwhile=meanwhile, bound=made.ask_once_built)
        try:
            bound = carry_out(prepared.plan_with(facts), progress, orders)
        except StepError as error:
            raise _explained(error, prepared, engine) from error
        up_to_date = not made.ids
        infos = shortcut.named() if up_to_date else made.infos()
        stages_made = [value for name, value in bound.items() if "_of_stage_" in name]
        bases = engine.inspect_images(project.origins) if up_to_date else made.bases_now()
        shortcut.remember(infos, bases, stages_made, time.monotonic() - began)
    images = tuple(
        MadeImage(image.name, image.role, image.tag, info.id, info.size, image.more_tags)
        for image, info in zip(recipe.images, infos, strict=True)
    )
    seconds = time.monotonic() - began
    run_line = run_command(engine.words, recipe.final.tag, infos[-1].config)
    result = BuildResult(recipe.project, project.form.style, images, up_to_date, seconds, run_line)
    return Built(result, infos[-1], shortcut)


@dataclass
class _Made:
    """The images that this run made, as the engine reports them.

    They are requested by id as soon as all are built, so that the answer is there when they are
    tagged; also because a name belongs to nobody for a moment while another run sets its own tags.
    """

    images: Sequence[Image]
    bases: Sequence[str]
    engine: Engine
    ids: tuple[str, ...] = ()
    question: Question | None = None
    answer: Completed | None = None

    def ask_once_built(self, bound: Mapping[str, str]) -> None:
        """Request the images, if ``bound`` has all their ids."""
        names = [image_id(image).name for image in self.images]
        if all(name in bound for name in names):
            self.ids = tuple(bound[name] for name in names)
            self.question = self.engine.ask_images((*self.ids, *self.bases))

    def bases_now(self) -> dict[str, ImageInfo]:
        """The base images by name, as they were after everything was built."""
        return read_images(self.bases, self._answer()) if self.question else {}

    def _answer(self) -> Completed:
        if self.answer is None:
            assert self.question
            self.answer = self.question.answer()
        return self.answer

    def infos(self) -> list[ImageInfo]:
        """The images in the recipe's order. Raises EngineError for one that no longer exists."""
        found = read_images(self.ids, self._answer())
        if len(found) < len(self.ids):
            # With containerd's image store, an engine may report another id than its builder.
            found |= self.engine.inspect_images([image.tag for image in self.images])
        infos = []
        for image, identity in zip(self.images, self.ids, strict=True):
            info = found.get(identity) or found.get(image.tag)
            if info is None:
                raise EngineError(
                    f"image '{image.tag}' was built, but no longer exists",
                    hint="build it again; it was removed or untagged during the build",
                )
            infos.append(info)
        return infos


def _explained(error: StepError, prepared: Prepared, engine: Engine) -> EngineError:
    """The same error, or the reason that docker's message hides: a base that can't be pulled.

    After a failed build, only the classic builder and podman list every base that they could pull
    among their images; BuildKit keeps its own, and names the line of one that it can't pull.
    """
    if prepared.facts.buildkit or not isinstance(error.step, Run):
        return error
    project = prepared.project
    built = [n for n in project.form.files if Lit(plain_path(n)) in error.step.argv]
    found = [stage for n in built for stage in project.bases_of(n)]
    here = engine.inspect_images([stage.base_image for stage in found])
    for stage in found:
        if stage.base_image not in here:
            return EngineError(
                f"the base image '{stage.base_image}' doesn't exist on this engine and "
                "can't be pulled",
                place=stage.place(stage.from_),
                hint=f"run '{engine.words[0]} pull {stage.base_image}' to see the reason",
            )
    return error
