"""``bpkit compare``: builds a project both ways, under separate names, and measures both.

The converter makes the form that the project doesn't have, so that both ways make the same image
from the same source. Everything that is built for the measurement is removed again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bpkit.conversion import Wish, merged, split
from bpkit.core import Engine, Facts, Orders, Plan, Progress, Recipe, carry_out, plan, words
from bpkit.project import BUILDER, Transfers, staged_files
from bpkit.verbs.build import Prepared
from bpkit.verbs.compare.comparison import Comparison, Way
from bpkit.verbs.compare.verification import renamed
from bpkit.verbs.images import ListedImage, full_name, images
from bpkit.verbs.script import SCRIPT

BUILDER_WAY, MULTI_STAGE_WAY = "builder pattern", "multi-stage"


def compare(prepared: Prepared, engine: Engine, progress: Progress) -> Comparison:
    """Build both ways, cold and warm. Raises what the conversion and the builds raise."""
    first = _Measured(prepared, engine, progress)
    recipes = _both(prepared)
    ways = tuple(first.way(name, recipe) for name, recipe in recipes.items())
    (builder, layers), (multi_stage, others) = ways
    return Comparison(prepared.recipe.project, builder, multi_stage, layers == others)


def _both(prepared: Prepared) -> dict[str, Recipe]:
    """The project in both forms."""
    recipe, form = prepared.recipe, prepared.project.form
    if form.style == BUILDER:
        return {BUILDER_WAY: recipe, MULTI_STAGE_WAY: merged(recipe).recipe}
    final = recipe.final
    wish = Wish(
        recipe.project,
        final.tag,
        context=final.context,
        build_args=final.build_args,
        platform=final.platform,
    )
    pair = split(prepared.project.final, wish).recipe
    # Its Dockerfiles aren't on disk.
    unwritten = tuple(replace(image, path=None) for image in pair.images)
    return {BUILDER_WAY: replace(pair, images=unwritten), MULTI_STAGE_WAY: recipe}


class _Measured:
    """Measures a way: builds it twice, records what is left over, and removes it."""

    def __init__(self, prepared: Prepared, engine: Engine, progress: Progress) -> None:
        self.prepared = prepared
        self.engine = engine
        self.progress = progress
        self.transfers = Transfers(prepared.project.directory, prepared.project.build_args)

    def way(self, name: str, recipe: Recipe) -> tuple[Way, tuple[str, ...]]:
        """The measurements of one way, and the layers of the image that it ships."""
        own = renamed(recipe, f"bpkit-compare-{secrets.token_hex(4)}")
        if name == MULTI_STAGE_WAY and self.prepared.project.form.style == BUILDER:
            own = replace(own, images=tuple(replace(i, path=None) for i in own.images))
        self.progress.note(f"{name}: building it cold, then warm")
        try:
            cold = self._seconds(own, cold=True)
            warm = self._seconds(own, cold=False)
            made = images(self.engine, own.project)
            shipped = next(one for one in made if _is_called(one, own.final.tag))
            plan_of = self._plan(own, cold=False)
            found = Way(
                name,
                tuple(_files(recipe, is_pair=name == BUILDER_WAY)),
                len(plan_of.steps) + len(plan_of.undos),
                len(recipe.artifacts),
                shipped.info.size,
                cold,
                warm,
                tuple((_called(one, own, recipe), one.info.size) for one in made if one != shipped),
            )
            return found, shipped.info.layers
        finally:
            self._remove(own)

    def _plan(self, recipe: Recipe, *, cold: bool) -> Plan:
        root, args = self.prepared.project.directory, self.prepared.project.build_args
        buildkit = self.prepared.facts.buildkit
        staged = staged_files(recipe, root, args, buildkit=buildkit)
        options = replace(self.prepared.options, no_cache=cold)
        reached_by = self.transfers.reached_by(recipe, staged) if buildkit else {}
        facts = Facts(buildkit, staged, reached_by)
        return plan(recipe, options, facts, engine=words(*self.engine.words))

    def _seconds(self, recipe: Recipe, *, cold: bool) -> float:
        made = self._plan(recipe, cold=cold)
        began = time.monotonic()
        carry_out(made, self.progress, Orders(Path(self.prepared.project.directory)))
        return time.monotonic() - began

    def _remove(self, recipe: Recipe) -> None:
        """Remove all images that carry the form's own label, whatever their names.

        Some can be removed only after the images built on them. Images that the engine keeps are
        reported.
        """
        refused = ""
        for _ in recipe.images:
            found = images(self.engine, recipe.project)
            if not found:
                return
            done = self.engine.attempt("rmi", "-f", *(one.info.id for one in found))
            refused = done.stderr.strip()
        if refused:
            self.progress.note(f"could not remove all images that were built to measure: {refused}")


def _files(recipe: Recipe, *, is_pair: bool) -> Iterator[str]:
    """The files to maintain, besides the source."""
    yield from dict.fromkeys(image.dockerfile.name for image in recipe.images)
    if is_pair:
        yield SCRIPT


def _is_called(image: ListedImage, tag: str) -> bool:
    return any(full_name(name) == full_name(tag) for name in image.names)


def _called(image: ListedImage, own: Recipe, recipe: Recipe) -> str:
    """The image's name under the project's own names."""
    for mine, theirs in zip(own.images, recipe.images, strict=True):
        if _is_called(image, mine.tag):
            return theirs.tag
    return f"<none> ({image.role})"
