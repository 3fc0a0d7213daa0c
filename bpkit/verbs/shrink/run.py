"""``bpkit shrink``: write the Dockerfile of the smallest image that runs.

The image of the project as it is gets built, read and reduced to what its program needs. The result
is built too, checked, and asked the same as the old one; a result that fails is not written.

What reads and reduces is imported while the engine looks up the image and makes the container to
read it from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

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
from bpkit.verbs.shrink.sources import source_texts
from bpkit.verbs.shrink.stage_names import named

if TYPE_CHECKING:
    from bpkit.verbs.shrink.proof import Proof
    from bpkit.verbs.shrink.small import Order

#: Beside the user's own Dockerfile, which stays as it is.
OUTPUT = "Dockerfile.shrunk"
STDOUT = "-"
#: What every loader asks for, and does without.
_OF_LOADER = frozenset({"/etc/ld.so.cache", "/etc/ld.so.preload"})
#: How often the image is made anew by what a trial of it showed.
_MOST_ROUNDS = 4


@dataclass(frozen=True)
class ShrinkRequest:
    """The choices of the command line; empty if not given. ``output`` is a file, or ``-``.
    ``image`` is looked at where nothing is built, instead of the project's.

    ``rounding`` is ``file``, or ``package`` (the same as nothing). ``accept`` keeps what is
    proposed. ``strip`` removes symbols of the application's programs. ``tries`` starts both images,
    ``trace`` watches runs of the old one: where that can be done, if None.
    """

    choices: ProjectChoices
    output: str = ""
    keep: tuple[str, ...] = ()
    keep_from: tuple[str, ...] = ()
    base: str = ""
    user: str = ""
    probes: Probes = field(default_factory=Probes)
    drop: tuple[str, ...] = ()
    rounding: str = ""
    accept: bool = False
    strip: bool = False
    image: str = ""
    build: bool = True
    tries: bool = True
    trace: bool | None = None
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
    request = with_settings(request, project)
    check_output(request)
    recipe, notes = one_file(project)
    dockerfile = named(recipe.final.dockerfile)
    workshop = Workshop(
        project.directory, engine, progress, request.options, dict(project.build_args)
    )

    def load_what_follows() -> None:
        import bpkit.verbs.shrink.small  # noqa: F401

        if meanwhile:
            meanwhile()

    builds = _Builds(workshop)
    with (
        interruptible(),
        _old_image(request, recipe, dockerfile, builds) as old,
        ExitStack() as s,
    ):
        proof = _begun(request, engine, old, recipe, project, s)
        with container_of(engine, old.info.id, recipe.project, load_what_follows) as container:
            from bpkit.verbs.shrink.contents import ContainerSource
            from bpkit.verbs.shrink.small import files_of_base, known_of, small

            order = order_of(request, project, recipe, dockerfile)
            source = ContainerSource(container)
            base_files = files_of_base(engine, old.base, old.info, recipe.project)
            known = known_of(source, old.info, order, old.base, base_files)
            if proof:
                proof.finish()
                _check_proof(proof, request)
                known = known.learning(proof.learned)
            result, known = small(source, known, order, engine)
            for _ in range(_MOST_ROUNDS if request.build else 0):
                result, missed = _proved(result, recipe, request, builds, proof)
                again = _once_more(result, request, order, missed)
                if again is None:
                    break
                order, note = again
                result, known = small(source, known, order, engine)
                result = replace(result, notes=(*result.notes, note))
    untraced = proof.untraced if proof else ""
    result = replace(result, notes=(*notes, *result.notes), untraced=untraced)
    result = replace(result, image=request.image or result.image)
    result = written(judged(result), request, project.directory)
    return replace(result, seconds=time.monotonic() - began, build_seconds=builds.seconds)


def order_of(
    request: ShrinkRequest, project: Project, recipe: Recipe, dockerfile: Dockerfile
) -> Order:
    """The order to shrink the project's image; the stages of ``dockerfile`` have names."""
    from bpkit.verbs.shrink.small import Order

    return Order(
        recipe,
        dockerfile,
        request.base,
        request.keep,
        request.user,
        request.drop,
        request.rounding,
        request.accept,
        source_texts(project, recipe),
        request.strip,
    )


def _begun(
    request: ShrinkRequest,
    engine: Engine,
    old: _Old,
    recipe: Recipe,
    project: Project,
    stack: ExitStack,
) -> Proof | None:
    """Runs of the old image, which go on beside the caller, where it is to be tried.

    Raises InputError and NoEngineError.
    """
    if not request.build or not request.tries:
        return None
    from bpkit.verbs.shrink.proof import probes_of, proving
    from bpkit.verbs.trial import probes_of_project

    base = old.base.id if old.base else ""
    trace = request.trace is not False
    probes = (*probes_of(request.probes), *probes_of_project(project))
    made = proving(engine, old.info, recipe.project, base, probes, trace=trace)
    return stack.enter_context(made)


def _check_proof(proof: Proof, request: ShrinkRequest) -> None:
    """Raise for an old image that can't be started, or not be watched as is asked."""
    if request.trace and proof.untraced:
        raise EngineError(
            f"the image can't be run under strace: {proof.untraced}", hint="omit --trace"
        )
    if proof.trials[0].state == "refused":
        said = proof.trials[0].engine_said
        raise InputError(
            f"the image as it is can't be started: {said}", hint="run 'bpkit check' to see why"
        )


def _once_more(
    result: Shrunk, request: ShrinkRequest, order: Order, missed: tuple[str, ...]
) -> tuple[Order, str] | None:
    """The order to try next where the small image does not do the same, and why; None to stop."""
    if all(probed.same for probed in result.probes):
        return None
    if missed and request.accept:
        kept = replace(order, keep=(*order.keep, *missed))
        return kept, f"kept, because the small image needed it: {', '.join(missed[:6])}"
    if result.became_nonroot and not request.user:
        asked = replace(order, user="0")
        return asked, "USER stays root: the small image behaves differently as another user"
    return None


def with_settings(request: ShrinkRequest, project: Project) -> ShrinkRequest:
    """The request with what ``bpkit.toml`` says where the command line says nothing."""
    settings = project.settings
    _check_switches(request)
    if request.build and request.image:
        raise InputError(
            "--image names an image that isn't rebuilt", hint="pass --no-build too, or omit it"
        )
    probes = request.probes or Probes(settings.probe, settings.probe_http)
    if not request.build and request.probes:
        raise InputError(
            "a probe needs the new image, which --no-build doesn't build", hint="omit one of them"
        )
    if not request.build and probes and request.output not in {"", STDOUT}:
        raise InputError(
            "bpkit.toml has probes, which --no-build can't run: nothing may be written",
            hint="omit -o or --no-build",
        )
    return replace(
        request,
        keep=(*settings.keep, *request.keep, *_listed(request)),
        base=request.base or settings.base,
        user=request.user or settings.user,
        probes=probes,
        output=request.output or (OUTPUT if request.build else STDOUT),
    )


def _listed(request: ShrinkRequest) -> Iterator[str]:
    """The paths in the files of ``--keep-from``, one a line; a ``#`` begins a comment."""
    from bpkit.project import read_text

    for name in request.keep_from:
        text = read_text(request.choices.directory / name, name)
        for line in text.splitlines():
            path = line.strip()
            if path and not path.startswith("#"):
                yield path


def _check_switches(request: ShrinkRequest) -> None:
    """Raise InputError for mistakes that the command line alone shows."""
    from bpkit.verbs.shrink.proof import probes_of

    probes_of(request.probes)
    if request.rounding not in {"", "file", "package"}:
        raise InputError(
            f"'{request.rounding}' is not a valid value for --round",
            hint="pass --round file or package",
        )
    if not request.tries and (request.probes or request.trace):
        raise InputError("--no-try starts nothing, so probes can't be run", hint="omit one of them")


def check_output(request: ShrinkRequest) -> None:
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


@dataclass
class _Builds:
    """Builds images, and knows how long that has taken."""

    workshop: Workshop
    seconds: float = 0.0

    @contextmanager
    def built(self, recipe: Recipe, dockerfile: Dockerfile) -> Iterator[str]:
        """As ``Workshop.built``."""
        began = time.monotonic()
        with self.workshop.built(recipe, dockerfile) as name:
            self.seconds += time.monotonic() - began
            yield name


@dataclass(frozen=True)
class _Old:
    """The image as it is, and the one that its last stage starts from, if that is here."""

    info: ImageInfo
    base: ImageInfo | None


@contextmanager
def _old_image(
    request: ShrinkRequest, recipe: Recipe, dockerfile: Dockerfile, builds: _Builds
) -> Iterator[_Old]:
    """The image as it is, built from today's sources unless nothing is to be built."""
    if request.build:
        with builds.built(recipe, dockerfile) as made:
            yield _inspected(builds.workshop.engine, made, recipe.project, dockerfile)
    else:
        name = request.image or recipe.final.tag
        yield _inspected(builds.workshop.engine, name, recipe.project, dockerfile)


def _inspected(engine: Engine, tag: str, project: str, dockerfile: Dockerfile) -> _Old:
    """Raises EngineError if there is no such image, InputError for one that is not of Linux."""
    base = stages(dockerfile).last.lineage[0].base_image
    names = (tag, base)
    question = engine.ask_images(names)
    import bpkit.verbs.shrink.read  # noqa: F401

    found = read_images(names, question.answer())
    if tag not in found:
        raise EngineError(
            f"image '{tag}' doesn't exist on this engine",
            hint="run 'bpkit build' first, or omit --no-build",
        )
    if found[tag].os not in {"linux", ""}:
        raise InputError(
            f"the image of {project} is for {found[tag].os}",
            hint="only images for Linux can be shrunk",
        )
    return _Old(found[tag], found.get(base))


def _proved(
    result: Shrunk,
    recipe: Recipe,
    request: ShrinkRequest,
    builds: _Builds,
    proof: Proof | None,
) -> tuple[Shrunk, tuple[str, ...]]:
    """The result as it is when it is built: its true size, its check, how it does beside the old
    one; and what it asked for and the old image has."""
    from bpkit.verbs.check import check

    dockerfile = parse(result.text, request.output)
    missed: tuple[str, ...] = ()
    engine = builds.workshop.engine
    with builds.built(recipe, dockerfile) as new, ExitStack() as stack:
        answer = stack.enter_context(proof.comparing(new)) if proof else None
        checked = check(engine, new)
        probes: tuple[Probed, ...] = ()
        if proof and answer and not _errors(checked.findings):
            probes = answer()
            if not all(one.same for one in probes):
                missed = proof.missed(engine.image(new), probes)
    missed = tuple(path for path in missed if path in result.absent and path not in _OF_LOADER)
    result = replace(
        result,
        built=True,
        after=checked.size,
        findings=checked.findings,
        probes=probes,
        proposals=tuple(dict.fromkeys((*missed, *result.proposals))),
        hints=(*(f"the small image needs {p}: pass --keep {p}" for p in missed), *result.hints),
    )
    return result, missed


def _errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def judged(result: Shrunk) -> Shrunk:
    """The result with the reason why it must not be written, if there is one."""
    errors = _errors(result.findings)
    failed = [probed for probed in result.probes if not probed.same]
    if errors:
        return replace(result, refused=f"its check fails: {errors[0].message}")
    if failed:
        count = len(failed[0].differences)
        more = f", and {count - 1} more" if count > 1 else ""
        what = failed[0].differences[0] if failed[0].differences else "another answer"
        return replace(result, refused=f"{failed[0].probe}: {what}{more}")
    return result


def written(result: Shrunk, request: ShrinkRequest, directory: Path) -> Shrunk:
    if result.refused or request.output == STDOUT:
        return result
    text = sealed("shrink", result.text)
    file = NewFile(request.output, text, as_it_is(directory, request.output))
    write_together(directory, [file], force=request.force)
    return replace(result, text=text, file=request.output)
