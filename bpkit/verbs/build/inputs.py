"""Digests of everything that goes into a recipe's images: the same inputs make the same image.

An input that can't be determined here (a URL, a variable in FROM or --from) has no digest, and then
nothing is ever up to date. Base images are compared by their ids, in the ledger.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpkit import __version__
from bpkit.core import WHOLE, BuildOptions, Facts, HostFiles, Image, Recipe
from bpkit.formats.dockerfile import Stages, decode, find_stage, mounts_of, stages
from bpkit.project import IGNORE_FILE, IMAGE_CONTEXT, Project, digest, needed_files, stamp

_REMOTE = re.compile(r"://|^git@|\$")
# Other environment variables that docker build reads: docker/cli's and buildx's own.
_ENVIRONMENT = ("DOCKER_DEFAULT_PLATFORM", "SOURCE_DATE_EPOCH", "BUILDX_BUILDER")


@dataclass(frozen=True)
class Inputs:
    """Digests of what goes into the images, except their bases; empty if undetermined.

    ``every`` covers all images. ``later`` leaves out the first, the build image of a pair, whose id
    already covers its inputs. ``stamps`` cover what any change to a file leaves behind, so that an
    edit that was undone still shows. ``parts`` are the digests that make up ``every``, by the
    names that users know them by: they show what has changed.
    """

    every: str = ""
    later: str = ""
    stamps: str = ""
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Shown:
    """What goes into one image: all of it is in the ``repr`` of ``content``."""

    content: tuple[object, ...]
    stamps: str


def inputs_of(project: Project, recipe: Recipe, options: BuildOptions, facts: Facts) -> Inputs:
    """The inputs of the images in ``recipe``, as the files are now."""
    if options.no_cache or options.pull or options.secrets or options.ssh or _writes_more(options):
        return Inputs()
    found = [_shown(image, project, facts) for image in recipe.images]
    shown = [one for one in found if one is not None]
    around = (
        __version__,
        recipe.project,
        facts.buildkit,
        project.build_args,
        # A variable without a value is passed on only if the environment sets it.
        [name for name, value in options.build_args if value is None and name not in os.environ],
        options.platform,
        tuple(os.environ.get(name) for name in _ENVIRONMENT),
    )
    later = found[1:] if recipe.is_pair else []
    every = _digest(around, [one.content for one in shown]) if len(shown) == len(found) else ""
    rest = _digest(around, [one.content for one in later if one]) if later and all(later) else ""
    stamps = _digest((), [one.stamps for one in shown]) if every or rest else ""
    return Inputs(every, rest, stamps, tuple(_parts(around, shown)) if every else ())


def _parts(around: tuple[object, ...], shown: list[_Shown]) -> Iterator[tuple[str, str]]:
    """The parts of ``every``, each under the name that a reason for a rebuild uses."""
    version, _, buildkit, build_args, unset, platform, environment = around
    for number, name in enumerate(("names", "Dockerfile", "ignore file", "files")):
        yield name, _digest(name, [one.content[number] for one in shown])
    yield "build arguments", _digest("", [build_args, unset])
    yield "environment", _digest("", [platform, environment])
    yield "builder", _digest("", [buildkit])
    yield "version of bpkit", _digest("", [version])


def _writes_more(options: BuildOptions) -> bool:
    """Whether the build writes more than an image in the engine's store, or none there."""
    return bool(options.outputs or options.metadata_file or options.load)


def _digest(around: object, shown: Sequence[object]) -> str:
    text = repr((around, shown))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _shown(image: Image, project: Project, facts: Facts) -> _Shown | None:
    """The inputs of one image. None if they can't be determined."""
    if _takes_from_outside(stages(image.dockerfile, project.build_args)):
        return None
    named = [value for _, value in image.contexts if not value.startswith(IMAGE_CONTEXT)]
    if any(not os.path.isdir(project.directory / value) for value in named):
        return None
    root = project.directory / image.context
    files = facts.staged.get(image.name) or needed_files(image, root, project.build_args)
    try:
        stamps = _stamps_of_dockerfile(project, image)
        found = digest(root, files)
        # A Dockerfile may take any file of a named context.
        directories = [digest(project.directory / one, HostFiles((WHOLE,))) for one in named]
        ignored = _own_ignore_file(project, image)
    except OSError:
        # Whether an unreadable file is needed at all is for the engine to decide.
        return None
    if stamps is None or not all(one.content for one in (found, *directories)):
        return None
    wishes = (
        *(image.name, image.tags, image.context, image.artifacts, image.target, image.platform),
        *(image.contexts, image.labels),
    )
    every = tuple(one.content for one in (found, *directories))
    content = (wishes, image.dockerfile.text, ignored, every if directories else found.content)
    return _Shown(content, " ".join([stamps, *(one.stamps for one in (found, *directories))]))


def _stamps_of_dockerfile(project: Project, image: Image) -> str | None:
    """The stamps of the Dockerfile and its ignore file; None if it has changed since it was read.

    The engine reads it at build time, after bpkit has read it. Raises OSError.
    """
    if image.path is None:
        return ""
    path = project.directory / image.path
    if decode(path.read_bytes(), image.path) != image.dockerfile.text:
        return None
    ignore = project.directory / f"{image.path}{IGNORE_FILE}"
    others = [project.directory / image.context / IGNORE_FILE, ignore]
    statuses = [path.stat(), *(one.stat() for one in others if one.exists())]
    return b"".join(map(stamp, statuses)).decode("ascii")


def _own_ignore_file(project: Project, image: Image) -> bytes:
    """The file that BuildKit reads instead of ``.dockerignore``. Raises OSError if unreadable."""
    path = project.directory / f"{image.path}{IGNORE_FILE}"
    return path.read_bytes() if path.is_file() else b""


def _takes_from_outside(every: Stages) -> bool:
    """Whether a stage uses anything besides its base and its context."""
    return any(
        origin is None or ("$" in origin and find_stage(every, origin) is None)
        for origin in _origins(every)
    )


def _origins(every: Stages) -> Iterator[str | None]:
    """The stages and images that instructions copy from; None if the name is unknown here."""
    for stage in every:
        if stage.parent is None and stage.unresolved:
            yield None
        for one in stage.instructions:
            named = [one.flag("from"), *(mount.from_ for mount in mounts_of(one))]
            yield from (name for name in named if name)
            if one.keyword == "ADD" and any(_REMOTE.search(source) for source in one.args[:-1]):
                yield None
