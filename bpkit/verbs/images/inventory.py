"""The images and containers on an engine that bpkit made, and which belong to a project.

Labels mark what bpkit made, but an image that somebody builds on top of one inherits its labels,
and projects in two directories may have the same name. So an image belongs to a project if it has
one of the project's tags, or if it has no tag and a run in the project's directory is known to have
made it; images made by runs in another directory belong to that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bpkit.core import BUILD, PROJECT_LABEL, RUN_LABEL, RUNTIME, STAGE, ImageInfo, Staging, owner_of


@dataclass(frozen=True)
class LeftContainer:
    """A container by its name, with the project and the run that made it."""

    id: str
    name: str
    project: str
    run: str


@dataclass(frozen=True)
class ListedImage:
    """An image that bpkit made; ``against`` is the image whose size it is compared with."""

    info: ImageInfo
    project: str
    role: str
    against: ImageInfo | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Its tags, without the engine's placeholder for an untagged image."""
        return self.info.tags


def listed(images: Iterable[ImageInfo], project: str | None = None) -> tuple[ListedImage, ...]:
    """The images that carry bpkit's label, grouped by project, the newest first.

    ``project`` leaves out all others.
    """
    found = [ListedImage(info, *owner_of(info.labels)) for info in images]
    kept = [one for one in found if one.project and project in (None, one.project)]
    by_age = sorted(kept, key=lambda one: one.info.created, reverse=True)
    ordered = sorted(by_age, key=lambda one: one.project)
    return tuple(_with_build_image(one, ordered) for one in ordered)


def _with_build_image(image: ListedImage, all_images: list[ListedImage]) -> ListedImage:
    """The image with the one that it is compared with: the build image, else the largest stage."""
    if image.role != RUNTIME or not image.names:
        return image
    own = [one for one in all_images if one.project == image.project]
    builds = [one for one in own if one.role == BUILD and one.names]
    stages = sorted((o for o in own if o.role == STAGE), key=lambda o: o.info.size, reverse=True)
    larger = [*builds, *stages]
    return replace(image, against=larger[0].info) if larger else image


@dataclass(frozen=True)
class Belongings:
    """The things of a project that can be removed, and images that only carry its label."""

    images: tuple[ListedImage, ...]
    others: tuple[ListedImage, ...]


def belongings(
    images: tuple[ListedImage, ...],
    names: frozenset[str],
    mine: frozenset[str] = frozenset(),
    theirs: frozenset[str] = frozenset(),
) -> Belongings:
    """The labelled images that this project made, and no other project.

    ``names`` are the project's tags; other tags of such an image are somebody else's, and are
    left out. ``mine`` are the ids of images made by runs in the project's
    directory, ``theirs`` by runs in all other directories.
    """
    known = [one for one in images if one.info.id in mine or one.info.id not in theirs]
    own = [one for one in known if _is_own(one, names, mine, theirs)]
    others = tuple(one for one in known if one not in own and not _is_shared(one, mine, theirs))
    return Belongings(tuple(_by_own_names(one, names) for one in own), others)


def _by_own_names(image: ListedImage, names: frozenset[str]) -> ListedImage:
    tags = tuple(tag for tag in image.names if full_name(tag) in names)
    return replace(image, info=replace(image.info, tags=tags))


def _is_own(
    image: ListedImage, names: frozenset[str], mine: frozenset[str], theirs: frozenset[str]
) -> bool:
    if image.names:
        return any(full_name(tag) in names for tag in image.names)
    return image.info.id in mine and not _is_shared(image, mine, theirs)


def _is_shared(image: ListedImage, mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether this directory and another one made the same image."""
    return image.info.id in mine and image.info.id in theirs


def full_name(tag: str) -> str:
    """A tag without the registry that an engine adds to a short name, and with its version."""
    for prefix in ("docker.io/library/", "docker.io/", "localhost/"):
        tag = tag.removeprefix(prefix)
    return tag if ":" in tag.rpartition("/")[2] else f"{tag}:latest"


@dataclass(frozen=True)
class Leftovers:
    """The things to remove; ``busy`` are containers of runs that haven't ended.

    ``others`` are images that carry the project's label under names that aren't its tags. In a
    workspace there are several projects, each with its directory.
    """

    projects: tuple[str, ...]
    directories: tuple[Path, ...]
    containers: tuple[LeftContainer, ...] = ()
    images: tuple[ListedImage, ...] = ()
    files: tuple[Path, ...] = ()
    staging: tuple[Staging, ...] = ()
    busy: tuple[LeftContainer, ...] = ()
    others: tuple[ListedImage, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.containers or self.images or self.files or self.staging)


@dataclass(frozen=True)
class Removed:
    """The names of what was removed, and of what could not be, with the engine's reason."""

    removed: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]


_LABELS = "\t".join(f'{{{{.Label "{label}"}}}}' for label in (PROJECT_LABEL, RUN_LABEL))
#: The format for ``ps --format``.
CONTAINER_FORMAT = "{{.ID}}\t{{.Names}}\t" + _LABELS


def read_containers(lines: Iterable[str]) -> Iterator[LeftContainer]:
    """The containers that a run of bpkit made, from the lines of ``ps --format CONTAINER_FORMAT``.

    A container that somebody starts from our image inherits the image's label, but has no run's.
    """
    for line in lines:
        fields = line.split("\t")
        if len(fields) == 4 and all(fields):
            yield LeftContainer(*fields)
