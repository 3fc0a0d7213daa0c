"""``bpkit shrink``: write the Dockerfile of the smallest image that runs.

The project's present image is built, read and reduced to what its program needs. The result is
built too, checked, and probed like the old one; a result that fails is not written.

The modules that read and reduce are imported while the engine looks up the image and creates the
container to read it from.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from bpkit.core import Engine, Progress, Recipe, container_of, interruptible
from bpkit.errors import EngineError, InputError
from bpkit.formats.dockerfile import Dockerfile, parse
from bpkit.project import Project, Workshop, load, recipe_of
from bpkit.verbs.shrink.builds import Builds, OldImage, old_image
from bpkit.verbs.shrink.judging import errors_of, judged, written
from bpkit.verbs.shrink.request import ShrinkRequest, check_output, with_settings
from bpkit.verbs.shrink.result import Probed, Shrunk
from bpkit.verbs.shrink.sources import source_texts
from bpkit.verbs.shrink.stage_names import named

if TYPE_CHECKING:
    from bpkit.verbs.shrink.proof import Proof
    from bpkit.verbs.shrink.small import Order

#: Files that every loader requests but doesn't need.
_OF_LOADER = frozenset({"/etc/ld.so.cache", "/etc/ld.so.preload"})
#: The number of times that the image is remade from what its trial showed.
_MOST_ROUNDS = 4


def shrink(
    request: ShrinkRequest,
    engine: Engine,
    progress: Progress,
    meanwhile: Callable[[], None] | None = None,
) -> Shrunk:
    """The new image's Dockerfile, written unless it fails its check or a probe.

    ``meanwhile`` is called while the engine works. Raises InputError, also for a file that bpkit
    didn't write unless ``force`` is set; EngineError, NoEngineError and InterruptedRunError.
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

    builds = Builds(workshop)
    with (
        interruptible(),
        old_image(request, recipe, dockerfile, builds) as old,
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
    old: OldImage,
    recipe: Recipe,
    project: Project,
    stack: ExitStack,
) -> Proof | None:
    """Runs of the old image, which continue beside the caller, if it is to be tried.

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
    """Raise for an old image that can't be started, or not traced although ``trace`` demands it."""
    if request.trace and proof.untraced:
        raise EngineError(
            f"the image can't be run under strace: {proof.untraced}", hint="omit --trace"
        )
    if proof.trials[0].state == "refused":
        said = proof.trials[0].engine_said
        raise InputError(
            f"the old image can't be started: {said}", hint="run 'bpkit check' to see why"
        )


def _once_more(
    result: Shrunk, request: ShrinkRequest, order: Order, missed: tuple[str, ...]
) -> tuple[Order, str] | None:
    """The next order to try if the new image behaves differently, and why; None to stop."""
    if all(probed.same for probed in result.probes):
        return None
    if missed and request.accept:
        kept = replace(order, keep=(*order.keep, *missed))
        return kept, f"kept, because the new image needed it: {', '.join(missed[:6])}"
    if result.became_nonroot and not request.user:
        asked = replace(order, user="0")
        return asked, "USER stays root: the new image behaves differently as another user"
    return None


def one_file(project: Project) -> tuple[Recipe, tuple[str, ...]]:
    """The project as a recipe of one image with one Dockerfile; a pair is merged.

    Raises InputError, for a pair with every reason why it can't be merged.
    """
    recipe = recipe_of(project)
    if not recipe.is_pair:
        return recipe, ()
    # Imported only for a pair.
    from bpkit.conversion import MergeChoices, merged
    from bpkit.project import DiskGround

    ground = DiskGround(project.directory)
    trees = {image.name: ground.tree(image) for image in recipe.images}
    made = merged(recipe, MergeChoices(trees=trees))
    return made.recipe, tuple(str(note) for note in made.notes)


def _proved(
    result: Shrunk,
    recipe: Recipe,
    request: ShrinkRequest,
    builds: Builds,
    proof: Proof | None,
) -> tuple[Shrunk, tuple[str, ...]]:
    """The result after its build, with its actual size, its check and its comparison with the old
    image; and the paths that it requested and the old image has."""
    from bpkit.verbs.check import check

    dockerfile = parse(result.text, request.output)
    missed: tuple[str, ...] = ()
    engine = builds.workshop.engine
    with builds.built(recipe, dockerfile) as new, ExitStack() as stack:
        answer = stack.enter_context(proof.comparing(new)) if proof else None
        checked = check(engine, new)
        probes: tuple[Probed, ...] = ()
        if proof and answer and not errors_of(checked.findings):
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
        hints=(*(f"the new image needs {p}: pass --keep {p}" for p in missed), *result.hints),
    )
    return result, missed
