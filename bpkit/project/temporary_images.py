"""Images of a project under temporary names, which are removed after use."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpkit.core import (
    STAGE,
    WHOLE,
    BuildOptions,
    Engine,
    Facts,
    HostFiles,
    Image,
    Orders,
    Progress,
    Recipe,
    carry_out,
    image_label,
    plan,
    uses_buildkit,
    words,
)
from bpkit.errors import EngineError, NoEngineError
from bpkit.formats.dockerfile import Dockerfile
from bpkit.project.host_files import staged_files
from bpkit.project.transfer import Transfers


@dataclass(frozen=True)
class Workshop:
    """Where and how images are built; ``build_args`` are those that decide what is copied.

    ``rest`` are flags passed on to every ``docker build``.
    """

    directory: Path
    engine: Engine
    progress: Progress
    options: BuildOptions = field(default_factory=BuildOptions)
    build_args: Mapping[str, str] | None = None
    rest: tuple[str, ...] = ()
    _transfers: Transfers = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        transfers = Transfers(self.directory, self.build_args or {})
        object.__setattr__(self, "_transfers", transfers)

    @contextmanager
    def images(
        self,
        recipe: Recipe,
        virtual: frozenset[str] = frozenset(),
        merged_into: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Iterator[None]:
        """All images of the recipe, under its tags, until the block ends.

        Nothing else may use the tags: they are removed. ``virtual`` names images whose context
        holds artifacts only; ``merged_into`` has host files of directories that artifacts come
        into, by the name of the image. Raises what a build raises.
        """
        buildkit = uses_buildkit(self.engine.versions())
        staged = staged_files(recipe, self.directory, self.build_args or {}, buildkit=buildkit)
        staged |= {name: HostFiles() for name in virtual}
        for name, paths in (merged_into or {}).items():
            staged[name] = _with_files(staged.get(name, HostFiles()), paths)
        reached_by = self._transfers.reached_by(recipe, staged) if buildkit else {}
        facts = Facts(buildkit, staged, reached_by)
        made = plan(recipe, self.options, facts, engine=words(*self.engine.words))
        named = False
        before = frozenset() if buildkit else self._nameless(recipe)
        try:
            carry_out(made, self.progress, Orders(self.directory, rest=self.rest))
            named = True
            yield
        finally:
            for image in recipe.images:
                done = self.engine.attempt("rmi", "-f", image.tag)
                if named and done.status != 0:
                    self.progress.note(f"could not remove {image.tag}: {done.stderr.strip()}")
            if not buildkit:
                try:
                    self._clear(recipe, before)
                except (EngineError, NoEngineError) as error:
                    self.progress.note(f"could not remove the stages of {recipe.project}: {error}")

    def _nameless(self, recipe: Recipe) -> frozenset[str]:
        """The nameless images of the project's stages, which the classic builder leaves.

        Raises EngineError: a failed question must not count as "none", or images from the user's
        own builds would count as new.
        """
        label = image_label(recipe.project, STAGE)
        filters = ("--filter", "dangling=true", "--filter", f"label={label}")
        return frozenset(self.engine.output("images", "-q", "--no-trunc", *filters).split())

    def _clear(self, recipe: Recipe, before: frozenset[str]) -> None:
        """Remove the new ones, each image after those based on it."""
        while new := self._nameless(recipe) - before:
            self.engine.attempt("rmi", *sorted(new))
            if self._nameless(recipe) - before == new:
                # Still in use elsewhere, so it isn't ours to remove.
                return

    @contextmanager
    def built(self, recipe: Recipe, dockerfile: Dockerfile) -> Iterator[str]:
        """The name of the recipe's last image, built from ``dockerfile``, until the block ends.

        Raises what a build raises.
        """
        tag = f"bpkit-shrink-{secrets.token_hex(4)}:latest"
        image: Image = replace(recipe.final, dockerfile=dockerfile, path=None, tag=tag)
        with self.images(Recipe(recipe.project, (image,))):
            yield tag


def _with_files(files: HostFiles, more: tuple[str, ...]) -> HostFiles:
    """The files, with the additional ones that aren't among them."""
    if files.paths == (WHOLE,):
        return files
    covered = tuple(f"{path}/" for path in files.paths)
    new = [one for one in more if one not in files.paths and not one.startswith(covered)]
    return replace(files, paths=(*files.paths, *new))
