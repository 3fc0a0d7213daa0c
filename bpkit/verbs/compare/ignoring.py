"""Builds a project with its present ``.dockerignore`` and with the derived one.

Each build has its own copy of the context (hard links, if the disk allows it) in a temporary
directory, so that nothing in the user's directory changes. The images that ship are compared.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bpkit.core import BuildOptions, Engine, Image, Progress, Recipe
from bpkit.errors import EngineError
from bpkit.formats.dockerignore import NAME, names_for
from bpkit.image import Difference, DiffVerdict
from bpkit.project import ProjectChoices, Workshop, as_it_is, load, recipe_of
from bpkit.verbs.compare.verification import renamed, shipped, verdicts
from bpkit.verbs.ignore import Derivation, IgnoreRequest


@dataclass(frozen=True)
class IgnoreProof:
    """The comparison of two builds, or the reason why the second one failed.

    ``intended`` are paths in the images that the file excludes by name.
    """

    verdicts: tuple[DiffVerdict, ...] = ()
    broken: str = ""
    intended: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether everything that ships is still there with the derived file."""
        return not self.broken and all(verdict.is_same for verdict in self.verdicts)


class _BreaksError(Exception):
    """The build with the derived file fails, unlike the build before."""


def verify_ignore(
    request: IgnoreRequest, derivation: Derivation, engine: Engine, progress: Progress
) -> IgnoreProof:
    """Build everything in the request both ways. Raises what the first build raises."""
    found: list[DiffVerdict] = []
    for recipe in _recipes(request):
        now = _ignore_now(derivation, recipe)
        build = partial(_built, recipe, derivation, engine, progress)
        try:
            found += verdicts(
                engine,
                partial(build, now),
                partial(build, derivation.text, is_second=True),
                partial(build, now, options=BuildOptions(no_cache=True)),
            )
        except _BreaksError as error:
            return IgnoreProof(tuple(found), str(error))
    return _without_intended(found, derivation.left_out)


def _without_intended(found: Iterable[DiffVerdict], left_out: Iterable[str]) -> IgnoreProof:
    """The proof, with the paths that the file excludes by name listed separately."""
    ends = tuple(f"/{path}" for path in left_out)

    def is_intended(one: Difference) -> bool:
        is_gone = not one.after and _lies_in(one.subject, ends)
        # The derived file itself, if the whole context is copied.
        is_itself = not one.before and one.subject.endswith(f"/{NAME}")
        return one.what == "path" and (is_gone or is_itself)

    kept = tuple(
        replace(one, differences=tuple(d for d in one.differences if not is_intended(d)))
        for one in found
    )
    gone = (d.subject for one in found for d in one.differences if is_intended(d) and d.before)
    return IgnoreProof(kept, intended=tuple(dict.fromkeys(gone)))


def _lies_in(path: str, ends: tuple[str, ...]) -> bool:
    return path.endswith(ends) or any(f"{end}/" in path for end in ends)


def _recipes(request: IgnoreRequest) -> Iterator[Recipe]:
    """One recipe for each Dockerfile in the request, or the project's."""
    named: list[tuple[str, ...]] = [(name,) for name in request.files]
    for files in named or [()]:
        choices = ProjectChoices(request.directory, files=files, build_args=request.build_args)
        recipe = recipe_of(load(choices))
        given = tuple((name, value) for name, value in request.build_args)
        yield replace(recipe, images=tuple(_with_args(image, given) for image in recipe.images))


def _with_args(image: Image, given: tuple[tuple[str, str | None], ...]) -> Image:
    names = {name for name, _ in given}
    kept = tuple(one for one in image.build_args if one[0] not in names)
    # The Dockerfile goes along as text: beside its file BuildKit might find another ignore file.
    return replace(image, build_args=(*kept, *given), context=".", path=None)


def _ignore_now(derivation: Derivation, recipe: Recipe) -> str | None:
    """The ignore file that a build reads now; None if there is none."""
    for name in (*names_for(recipe.final.dockerfile.name), NAME):
        text = as_it_is(derivation.context, name)
        if text is not None:
            return text
    return None


@contextmanager
def _built(
    recipe: Recipe,
    derivation: Derivation,
    engine: Engine,
    progress: Progress,
    ignore: str | None,
    *,
    options: BuildOptions | None = None,
    is_second: bool = False,
) -> Iterator[dict[str, str]]:
    """The images that ship, built from a copy of the context with this ignore file."""
    own = renamed(recipe, f"bpkit-verify-{secrets.token_hex(4)}")
    with tempfile.TemporaryDirectory(prefix="bpkit-") as parent, ExitStack() as stack:
        context = Path(parent, "context")
        _copy(derivation.context, context)
        (context / NAME).unlink(missing_ok=True)
        if ignore is not None:
            (context / NAME).write_text(ignore, "utf-8", "surrogateescape")
        build_args = _known(own)
        workshop = Workshop(context, engine, progress, options or BuildOptions(), build_args)
        try:
            stack.enter_context(workshop.images(own))
        except EngineError as error:
            if not is_second:
                raise
            raise _BreaksError(str(error)) from error
        yield {image.name: image.tag for image in shipped(own)}


def _known(recipe: Recipe) -> Mapping[str, str]:
    return {n: v for image in recipe.images for n, v in image.build_args if v is not None}


def _copy(source: Path, target: Path) -> None:
    """Duplicate the tree at ``source`` with the same files, which builders only read."""

    def linked(one: str, other: str) -> None:
        try:
            os.link(one, other, follow_symlinks=False)
        except OSError:
            # On another disk, or if links are forbidden.
            shutil.copy2(one, other, follow_symlinks=False)

    shutil.copytree(source, target, symlinks=True, copy_function=linked)
