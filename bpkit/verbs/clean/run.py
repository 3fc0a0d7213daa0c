"""``bpkit clean``: removes what bpkit made for a project, and nothing else.

Everything is found by its label or its seal, and listed before anything is removed. What belongs
to an active run is kept.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from bpkit.core import PROJECT_LABEL, Completed, Engine, is_on, left_over, remove_tree, still_on
from bpkit.project import ProjectChoices, is_sealed
from bpkit.verbs.build import forget, read_claims, read_tags
from bpkit.verbs.images import (
    CONTAINER_FORMAT,
    Belongings,
    Leftovers,
    Removed,
    belongings,
    full_name,
    identity,
    images,
    read_containers,
)

_OURS = re.compile(r"^# Made by bpkit script ", re.MULTILINE)
_LARGEST = 1 << 20
_T = TypeVar("_T")


def find(
    projects: Sequence[ProjectChoices], engine: Engine, *, everything: bool = False
) -> Leftovers:
    """What bpkit made for these projects.

    ``everything`` includes all images with a project's label that no other directory is known to
    have made. Raises InputError, NoEngineError.
    """
    each = [_find(choices, engine, everything=everything) for choices in projects]

    def of_all(kind: Callable[[Leftovers], Iterable[_T]]) -> tuple[_T, ...]:
        return tuple(dict.fromkeys(thing for found in each for thing in kind(found)))

    images = {image.info.id: image for found in each for image in found.images}
    others = {image.info.id: image for found in each for image in found.others}
    return Leftovers(
        of_all(lambda found: found.projects),
        of_all(lambda found: found.directories),
        containers=of_all(lambda found: found.containers),
        images=tuple(sorted(images.values(), key=lambda one: one.info.created, reverse=True)),
        files=of_all(lambda found: found.files),
        staging=of_all(lambda found: found.staging),
        busy=of_all(lambda found: found.busy),
        others=tuple(image for id_, image in others.items() if id_ not in images),
    )


def _find(choices: ProjectChoices, engine: Engine, *, everything: bool) -> Leftovers:
    project, tags = identity(choices)
    known = frozenset(full_name(tag) for tag in (*tags, *read_tags(choices.directory)))
    claims = read_claims(choices.directory)
    labelled = images(engine, project)
    found = belongings(labelled, known, claims.mine, claims.theirs)
    if everything:
        found = Belongings((*found.images, *found.others), ())
    argv = ("ps", "-a", "--no-trunc", "--filter", f"label={PROJECT_LABEL}={project}")
    containers = tuple(read_containers(engine.lines(*argv, "--format", CONTAINER_FORMAT)))
    staged = still_on(project)
    on = frozenset(c.run for c in containers if c.run in staged or is_on(c.run))
    return Leftovers(
        (project,),
        (choices.directory,),
        containers=tuple(c for c in containers if c.run not in on),
        images=found.images,
        files=tuple(_generated(choices.directory)),
        staging=tuple(left_over(project)),
        busy=tuple(c for c in containers if c.run in on),
        others=found.others,
    )


def _generated(directory: Path) -> Iterator[Path]:
    """The scripts and Makefiles in ``directory`` that ``bpkit script`` wrote and nobody changed."""
    for path in sorted(directory.iterdir()):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            continue
        if path.suffix not in {".sh", ""} and path.name != "Makefile":
            continue
        if not os.access(path, os.R_OK):
            # An unreadable file can't be recognized as bpkit's.
            continue
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if _OURS.search(text[:4096]) and is_sealed(text):
            yield path


def remove(leftovers: Leftovers, engine: Engine) -> Removed:
    """Remove everything, containers first. Raises OSError for a file, NoEngineError."""
    removed: list[str] = []
    kept: list[tuple[str, str]] = []

    def note(name: str, done: Completed) -> None:
        if done.status == 0 or "no such" in done.stderr.lower():
            removed.append(name)
        else:
            kept.append((name, done.stderr.strip().rpartition("\n")[2]))

    for container in leftovers.containers:
        note(container.name, engine.attempt("rm", "-f", "-v", container.id))
    for staging in leftovers.staging:
        remove_tree(staging.path)
        removed.append(str(staging.path))
    # The newest first, so that an image is removed after those built on it.
    for image in leftovers.images:
        for reference in image.names or (image.info.id,):
            note(reference, engine.attempt("rmi", reference))
    for path in leftovers.files:
        path.unlink()
        removed.append(str(path))
    if not kept:
        for directory in leftovers.directories:
            forget(directory)
    return Removed(tuple(removed), tuple(kept))
