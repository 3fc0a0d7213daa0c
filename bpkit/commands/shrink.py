"""``bpkit shrink``: write the Dockerfile of the smallest image that runs.

The image of the project as it is gets built, read and reduced to what its program needs. The result
is built too, checked, and asked the same as the old one; a result that fails is not written.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpkit.commands.check import check, read_rootfs
from bpkit.commands.container import container_of
from bpkit.commands.convert_ground import DiskGround
from bpkit.commands.new_files import NewFile, as_it_is, check_mine, sealed, write_together
from bpkit.commands.probe import Probes, probe
from bpkit.commands.project import Choices, Project, load, recipe_of
from bpkit.commands.shrink_read import Fat, read_fat
from bpkit.commands.temporary_images import Workshop, interruptible
from bpkit.conversion import multi_stage
from bpkit.dockerfile import Dockerfile, parse
from bpkit.engine import Engine, ImageInfo
from bpkit.errors import EngineError, InputError
from bpkit.findings import Finding
from bpkit.plan import BuildOptions
from bpkit.recipe import Recipe
from bpkit.runner import Progress
from bpkit.shrinking.bases import SCRATCH, base_image, is_dynamic, on_base
from bpkit.shrinking.choose import Choice, choose
from bpkit.shrinking.configuration import instructions
from bpkit.shrinking.draft import Wishes
from bpkit.shrinking.estimate import estimate, parts_of, verdict
from bpkit.shrinking.result import Probed, Shrunk
from bpkit.shrinking.stage_names import named, with_tools
from bpkit.shrinking.writing import Carried, appended
from bpkit.stages import stages

#: Beside the user's own Dockerfile, which stays as it is.
OUTPUT = "Dockerfile.shrunk"
STDOUT = "-"


@dataclass(frozen=True)
class Request:
    """What the command line says; empty where it says nothing. ``output`` is a file, or ``-``."""

    choices: Choices
    output: str = ""
    keep: tuple[str, ...] = ()
    base: str = ""
    user: str = ""
    probes: Probes = field(default_factory=Probes)
    build: bool = True
    force: bool = False
    options: BuildOptions = field(default_factory=BuildOptions)


def shrink(request: Request, engine: Engine, progress: Progress) -> Shrunk:
    """The small image's Dockerfile, written unless it fails its check or a probe.

    Raises InputError, also for a file that bpkit did not write and ``force`` is not said;
    EngineError, NoEngineError and InterruptedRunError.
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
    with interruptible(), _fat_image(request, recipe, dockerfile, workshop) as old:
        fat = read_fat(engine, old, recipe.project)
        wishes = Wishes(request.keep, request.user, tuple(fat.raw.get("Volumes") or ()))
        choice = choose(fat.subject, fat.evidence, wishes)
        base, choice = _based(engine, choice, fat, request.base, recipe.project)
        text = _text(engine, dockerfile, fat, choice, base)
        result = Shrunk(
            image=recipe.final.tag,
            text=text,
            before=fat.info.size,
            after=estimate(choice.rootfs),
            built=False,
            parts=parts_of(choice),
            findings=verdict(choice),
            hints=choice.hints,
            notes=(*notes, *choice.notes),
        )
        if request.build:
            result = _proved(result, recipe, request, workshop, old.id)
    result = _written(_judged(result), request, project.directory)
    return replace(result, seconds=time.monotonic() - began)


def _with_settings(request: Request, project: Project) -> Request:
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


def _check_output(request: Request) -> None:
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
    ground = DiskGround(project.directory)
    trees = {image.name: ground.tree(image) for image in recipe.images}
    made = multi_stage.merged(recipe, multi_stage.Choices(trees=trees))
    return made.recipe, tuple(str(note) for note in made.notes)


@contextmanager
def _fat_image(
    request: Request, recipe: Recipe, dockerfile: Dockerfile, workshop: Workshop
) -> Iterator[ImageInfo]:
    """The image as it is, built from today's sources unless nothing is to be built."""
    engine, tag = workshop.engine, recipe.final.tag
    if request.build:
        with workshop.built(recipe, dockerfile) as made:
            yield engine.image(made)
        return
    found = engine.inspect_images([tag])
    if tag not in found:
        raise EngineError(
            f"the image '{tag}' is not here, and nothing is to be built",
            hint="build it first (bpkit build), or leave --no-build out",
        )
    yield found[tag]


def _based(engine: Engine, choice: Choice, fat: Fat, name: str, project: str) -> tuple[str, Choice]:
    """The image that the small one starts from, and the choice as it lies on it."""
    if not name or name == SCRATCH:
        return SCRATCH, choice
    image = base_image(name, dynamic=is_dynamic(choice))
    if not engine.inspect_images([image]):
        engine.output("pull", image)
    with container_of(engine, engine.image(image).id, project) as container:
        base = read_rootfs(engine, container)
    return image, on_base(choice, fat.subject.rootfs, base, fat.subject.config.process_env)


def _text(engine: Engine, dockerfile: Dockerfile, fat: Fat, choice: Choice, base: str) -> str:
    dockerfile, tools = with_tools(dockerfile, fat.subject.rootfs)
    origin = stages(dockerfile).last
    while origin.parent is not None:
        origin = origin.parent
    first = engine.inspect_images([origin.base_image]).get(origin.base_image)
    lines = instructions(
        choice.config, fat.raw, base=first.config if first else None, escape=dockerfile.escape
    )
    carried = Carried(
        base=base,
        instructions=tuple(lines),
        user=str(fat.raw.get("User") or ""),
        shell=list(fat.raw.get("Shell") or ["/bin/sh", "-c"]) != ["/bin/sh", "-c"],
        owner=choice.config.user,
        tools=tools,
    )
    return appended(dockerfile, fat.subject.rootfs, choice.selection, carried)


def _proved(
    result: Shrunk, recipe: Recipe, request: Request, workshop: Workshop, old: str
) -> Shrunk:
    """The result as it is when it is built: its true size, its check, its probes."""
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


def _written(result: Shrunk, request: Request, directory: Path) -> Shrunk:
    if result.refused or request.output == STDOUT:
        return result
    text = sealed("shrink", result.text)
    file = NewFile(request.output, text, as_it_is(directory, request.output))
    write_together(directory, [file], force=request.force)
    return replace(result, text=text, file=request.output)
