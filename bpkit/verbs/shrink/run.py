"""``bpkit shrink``: write the Dockerfile of the smallest image that runs.

The image of the project as it is gets built, read and reduced to what its program needs. The result
is built too, checked, and asked the same as the old one; a result that fails is not written.

What reads and reduces is imported while the engine looks up the image and makes the container to
read it from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpkit.core import (
    BuildOptions,
    Engine,
    ImageInfo,
    Progress,
    Recipe,
    container_of,
    interruptible,
    read_images,
)
from bpkit.errors import EngineError, InputError
from bpkit.findings import Finding
from bpkit.formats.dockerfile import Dockerfile, parse, stages
from bpkit.project import (
    NewFile,
    Project,
    ProjectChoices,
    Workshop,
    as_it_is,
    check_mine,
    load,
    recipe_of,
    sealed,
    write_together,
)
from bpkit.verbs.shrink.result import Probed, Probes, Shrunk
from bpkit.verbs.shrink.stage_names import named

#: Beside the user's own Dockerfile, which stays as it is.
OUTPUT = "Dockerfile.shrunk"
STDOUT = "-"


@dataclass(frozen=True)
class ShrinkRequest:
    """What the command line says; empty where it says nothing. ``output`` is a file, or ``-``."""

    choices: ProjectChoices
    output: str = ""
    keep: tuple[str, ...] = ()
    base: str = ""
    user: str = ""
    probes: Probes = field(default_factory=Probes)
    build: bool = True
    force: bool = False
    options: BuildOptions = field(default_factory=BuildOptions)


def shrink(
    request: ShrinkRequest,
    engine: Engine,
    progress: Progress,
    meanwhile: Callable[[], None] | None = None,
) -> Shrunk:
    """The small image's Dockerfile, written unless it fails its check or a probe.

    ``meanwhile`` is called while the engine is at work. Raises InputError, also for a file that
    bpkit did not write and ``force`` is not said; EngineError, NoEngineError and
    InterruptedRunError.
    """
    began = time.monotonic()
    project = load(request.choices)
    request = _with_settings(request, project)
    _check_output(request)
    recipe, notes = one_file(project)
    dockerfile = named(recipe.final.dockerfile)
    workshop = Workshop(
        project.directory, engine, progress, request.options, dict(project.build_args)
    )

    def load_what_follows() -> None:
        import bpkit.verbs.shrink.small  # noqa: F401

        if meanwhile:
            meanwhile()

    with interruptible(), _old_image(request, recipe, dockerfile, workshop) as old:
        with container_of(engine, old.info.id, recipe.project, load_what_follows) as container:
            from bpkit.verbs.shrink.small import Order, small

            order = Order(recipe, dockerfile, request.base, request.keep, request.user)
            result = small(container, old.info, old.base, order)
        if request.build:
            result = _proved(result, recipe, request, workshop, old.info.id)
    result = replace(result, notes=(*notes, *result.notes))
    result = _written(_judged(result), request, project.directory)
    return replace(result, seconds=time.monotonic() - began)


def _with_settings(request: ShrinkRequest, project: Project) -> ShrinkRequest:
    """The request with what ``bpkit.toml`` says where the command line says nothing."""
    settings = project.settings
    probes = request.probes or Probes(settings.probe, settings.probe_http)
    if not request.build and request.probes:
        raise InputError(
            "a probe needs the new image, and --no-build makes none", hint="leave one of them out"
        )
    if not request.build and probes and request.output not in {"", STDOUT}:
        raise InputError(
            "bpkit.toml names probes, which --no-build can't ask: nothing may be written",
            hint="leave -o or --no-build out",
        )
    return replace(
        request,
        keep=(*settings.keep, *request.keep),
        base=request.base or settings.base,
        user=request.user or settings.user,
        probes=probes,
        output=request.output or (OUTPUT if request.build else STDOUT),
    )


def _check_output(request: ShrinkRequest) -> None:
    """Raise InputError now for what would be refused after all the work."""
    if request.output != STDOUT:
        directory = request.choices.directory
        before = as_it_is(directory, request.output)
        check_mine([NewFile(request.output, "", before)], force=request.force)


def one_file(project: Project) -> tuple[Recipe, tuple[str, ...]]:
    """The project as a recipe of one image with one Dockerfile; a pair is put into one.

    Raises InputError, for a pair with all that keeps it from being one file.
    """
    recipe = recipe_of(project)
    if not recipe.is_pair:
        return recipe, ()
    # Only a pair needs them.
    from bpkit.conversion import MergeChoices, merged
    from bpkit.project import DiskGround

    ground = DiskGround(project.directory)
    trees = {image.name: ground.tree(image) for image in recipe.images}
    made = merged(recipe, MergeChoices(trees=trees))
    return made.recipe, tuple(str(note) for note in made.notes)


@dataclass(frozen=True)
class _Old:
    """The image as it is, and the one that its last stage starts from, if that is here."""

    info: ImageInfo
    base: ImageInfo | None


@contextmanager
def _old_image(
    request: ShrinkRequest, recipe: Recipe, dockerfile: Dockerfile, workshop: Workshop
) -> Iterator[_Old]:
    """The image as it is, built from today's sources unless nothing is to be built."""
    if request.build:
        with workshop.built(recipe, dockerfile) as made:
            yield _inspected(workshop.engine, made, recipe.project, dockerfile)
    else:
        yield _inspected(workshop.engine, recipe.final.tag, recipe.project, dockerfile)


def _inspected(engine: Engine, tag: str, project: str, dockerfile: Dockerfile) -> _Old:
    """Raises EngineError if there is no such image, InputError for one that is not of Linux."""
    base = stages(dockerfile).last.lineage[0].base_image
    names = (tag, base)
    question = engine.ask_images(names)
    import bpkit.verbs.shrink.read  # noqa: F401

    found = read_images(names, question.answer())
    if tag not in found:
        raise EngineError(
            f"the image '{tag}' is not here",
            hint="build it first (bpkit build), or leave --no-build out",
        )
    if found[tag].os not in {"linux", ""}:
        raise InputError(
            f"the image of {project} is for {found[tag].os}",
            hint="only images for Linux can be shrunk",
        )
    return _Old(found[tag], found.get(base))


def _proved(
    result: Shrunk, recipe: Recipe, request: ShrinkRequest, workshop: Workshop, old: str
) -> Shrunk:
    """The result as it is when it is built: its true size, its check, its probes."""
    from bpkit.verbs.check import check
    from bpkit.verbs.shrink.probe import probe

    dockerfile = parse(result.text, request.output)
    with workshop.built(recipe, dockerfile) as new:
        checked = check(workshop.engine, new)
        probes: tuple[Probed, ...] = ()
        if not _errors(checked.findings):
            probes = probe(workshop.engine, old, new, request.probes, recipe.project)
    return replace(result, built=True, after=checked.size, findings=checked.findings, probes=probes)


def _errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def _judged(result: Shrunk) -> Shrunk:
    """The result with the reason why it must not be written, if there is one."""
    errors = _errors(result.findings)
    failed = [probed for probed in result.probes if not probed.same]
    if errors:
        return replace(result, refused=f"its check fails: {errors[0].message}")
    if failed:
        return replace(result, refused=f"the probe {failed[0].probe!r} is answered otherwise")
    return result


def _written(result: Shrunk, request: ShrinkRequest, directory: Path) -> Shrunk:
    if result.refused or request.output == STDOUT:
        return result
    text = sealed("shrink", result.text)
    file = NewFile(request.output, text, as_it_is(directory, request.output))
    write_together(directory, [file], force=request.force)
    return replace(result, text=text, file=request.output)
