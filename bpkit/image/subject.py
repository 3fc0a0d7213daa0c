"""The subject of all groups of rules: an image, and the lines in its Dockerfile."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from bpkit.errors import Place
from bpkit.formats.dockerfile import DockerfileError, Stage, copy_of, walk
from bpkit.image.config import ImageConfig
from bpkit.image.rootfs import ROOT, Identity, Rootfs
from bpkit.image.users import AccountError, identity_of


@dataclass(frozen=True)
class Places:
    """The lines in a Dockerfile that decide what is in the image; None if it has none.

    ``instructions`` has the last line of each keyword, ``copies`` the destinations of COPY and ADD,
    ``stages`` the stage or image that a COPY copied from.
    """

    instructions: dict[str, Place] = field(default_factory=dict, hash=False)
    copies: tuple[tuple[str, Place], ...] = ()
    stages: tuple[tuple[str, str], ...] = ()

    def stage_of(self, path: str) -> str:
        """The stage that ``path`` was copied from; empty if it isn't known."""
        above = (
            stage
            for target, stage in reversed(self.stages)
            if path == target or path.startswith(f"{target.rstrip('/')}/")
        )
        return next(above, "")

    def of(self, *keywords: str) -> Place | None:
        """The line of the first of these instructions that exists; else that of FROM."""
        known = (self.instructions.get(keyword) for keyword in (*keywords, "FROM"))
        return next((place for place in known if place), None)

    def of_path(self, path: str) -> Place | None:
        """The line that put ``path`` into the image: the last copy to it or above it."""
        above = (
            place
            for target, place in reversed(self.copies)
            if path == target or path.startswith(f"{target.rstrip('/')}/")
        )
        return next(above, self.instructions.get("FROM"))


@dataclass(frozen=True)
class Subject:
    """An image under check. ``artifacts`` are the paths to which its Dockerfile copies files."""

    rootfs: Rootfs
    config: ImageConfig
    places: Places = field(default_factory=Places)
    artifacts: tuple[str, ...] = ()

    @cached_property
    def who(self) -> Identity:
        """The user of the process; root if the image doesn't have its USER."""
        try:
            return identity_of(self.rootfs, self.config.user)
        except AccountError:
            return ROOT

    @property
    def command_place(self) -> Place | None:
        """The line that names the program."""
        return self.places.of(*(("ENTRYPOINT",) if self.config.entrypoint else ("CMD",)))


def places_of(stage: Stage, directory: str = "") -> Places:
    """The lines of ``stage`` and of the stages that it starts from.

    ``directory`` is the Dockerfile's directory, as the user would name it.
    """
    found: dict[str, Place] = {}
    copies: list[tuple[str, Place, str]] = []
    for one in stage.lineage:
        found["FROM"] = one.place(one.from_)
        for instruction in one.instructions:
            found[instruction.keyword] = one.place(instruction)
        copies += _copies(one)
    return Places(
        {keyword: _below(directory, place) for keyword, place in found.items()},
        tuple((path, _below(directory, place)) for path, place, _ in copies),
        tuple((path, stage) for path, _, stage in copies if stage),
    )


def _below(directory: str, place: Place) -> Place:
    return replace(place, file=posixpath.join(directory, place.file))


def _copies(stage: Stage) -> Iterator[tuple[str, Place, str]]:
    try:
        states = list(walk(stage))
    except DockerfileError:
        # The engine has built it, so a failure here only means that the place isn't known.
        return
    for instruction, state in states:
        if instruction.keyword not in {"COPY", "ADD"}:
            continue
        try:
            copy = copy_of(instruction, state.env)
        except DockerfileError:
            continue
        target = posixpath.normpath(posixpath.join(state.workdir, copy.destination))
        into = copy.destination.endswith(("/", "/.")) or copy.destination in {".", "./"}
        origin = copy.from_ or ""
        yield target, stage.place(instruction), origin
        if into or len(copy.sources) > 1:
            for source in copy.sources:
                name = posixpath.basename(posixpath.normpath(source))
                yield posixpath.join(target, name), stage.place(instruction), origin
