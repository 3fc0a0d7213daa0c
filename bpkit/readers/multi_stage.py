"""Read a multi-stage Dockerfile into a recipe of one image; the engine handles its stages."""

from __future__ import annotations

from collections.abc import Mapping

from bpkit.core import RUNTIME, Image, Recipe
from bpkit.formats.dockerfile import Dockerfile
from bpkit.readers.copy_sources import ContextFiles, check_sources


def read_multi_stage(
    dockerfile: Dockerfile,
    files: ContextFiles,
    build_args: Mapping[str, str],
    *,
    project: str,
    tag: str,
    inline: bool = False,
) -> Recipe:
    """The recipe of a multi-stage Dockerfile; ``inline`` if its text is in no file of that name.

    Raises InputError if a COPY source doesn't exist.
    """
    check_sources(dockerfile, files, build_args)
    path = None if inline else dockerfile.name
    return Recipe(project, (Image(RUNTIME, tag, dockerfile, path=path),))
