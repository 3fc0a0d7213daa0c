"""All that goes into the images of a recipe, as digests: a build of the same makes the same.

What can't be told from here (a URL, an image that only COPY names, a variable in FROM) has no
digest, and then nothing is ever up to date.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit import __version__
from bpkit.core import BuildOptions, Facts, Image, Recipe
from bpkit.formats.dockerfile import Stages, find_stage, mounts_of, stages
from bpkit.project import IGNORE_FILE, Project, digest, needed_files

_REMOTE = re.compile(r"://|^git@|\$")
# What else docker build takes from the environment: docker/cli's and buildx's own variables.
_ENVIRONMENT = ("DOCKER_DEFAULT_PLATFORM", "SOURCE_DATE_EPOCH")


@dataclass(frozen=True)
class Inputs:
    """Digests of what goes into the images, besides their bases; empty where it can't be told.

    ``every`` is of all images. ``later`` leaves out the first, the build image of a pair: its id
    tells of all that went into it.
    """

    every: str = ""
    later: str = ""


def inputs_of(project: Project, recipe: Recipe, options: BuildOptions, facts: Facts) -> Inputs:
    """What goes into the images of ``recipe``, as the files are now."""
    if options.no_cache or options.pull or options.secrets or options.ssh:
        return Inputs()
    shown = [_shown(image, project, facts) for image in recipe.images]
    around = (
        __version__,
        recipe.project,
        facts.buildkit,
        project.build_args,
        # One without a value is passed on only if the environment has it.
        [name for name, value in options.build_args if value is None and name not in os.environ],
        options.platform,
        tuple(os.environ.get(name) for name in _ENVIRONMENT),
    )
    return Inputs(
        _digest(around, shown),
        _digest(around, shown[1:]) if recipe.is_pair else "",
    )


def _digest(around: object, shown: list[object]) -> str:
    if not all(shown):
        return ""
    text = repr((around, shown))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _shown(image: Image, project: Project, facts: Facts) -> object:
    """What goes into one image: all of it shows in its ``repr``. None where it can't be told."""
    if _takes_from_outside(stages(image.dockerfile, project.build_args)):
        return None
    root = project.directory / image.context
    files = facts.staged.get(image.name) or needed_files(image, root, project.build_args)
    try:
        content = digest(root, files)
        ignored = _own_ignore_file(project, image)
    except OSError:
        # Whether a file that can't be read is needed at all, the engine will tell.
        return None
    wishes = (image.name, image.tag, image.context, image.artifacts, image.target, image.platform)
    return content and (wishes, image.dockerfile.text, ignored, content)


def _own_ignore_file(project: Project, image: Image) -> bytes:
    """What BuildKit takes instead of ``.dockerignore``. Raises OSError if it can't be read."""
    path = project.directory / f"{image.path}{IGNORE_FILE}"
    return path.read_bytes() if path.is_file() else b""


def _takes_from_outside(every: Stages) -> bool:
    """Whether a stage takes anything that neither its base nor its context shows."""
    return any(origin is None or find_stage(every, origin) is None for origin in _origins(every))


def _origins(every: Stages) -> Iterator[str | None]:
    """The stages and images that instructions take from; None for what has no name here."""
    for stage in every:
        if stage.parent is None and stage.unresolved:
            yield None
        for one in stage.instructions:
            named = [one.flag("from"), *(mount.from_ for mount in mounts_of(one))]
            yield from (name for name in named if name)
            if one.keyword == "ADD" and any(_REMOTE.search(source) for source in one.args[:-1]):
                yield None
