"""``bpkit shrink --no-build --image FILE``: an estimate for a saved image, without an engine."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from bpkit.core import ImageInfo
from bpkit.errors import InputError
from bpkit.formats.dockerfile import stages
from bpkit.image import SavedImage, open_saved
from bpkit.project import load
from bpkit.verbs.shrink.bases import SCRATCH
from bpkit.verbs.shrink.contents import SavedSource
from bpkit.verbs.shrink.judging import judged, written
from bpkit.verbs.shrink.request import ShrinkRequest, check_output, with_settings
from bpkit.verbs.shrink.result import Shrunk
from bpkit.verbs.shrink.run import one_file, order_of
from bpkit.verbs.shrink.small import known_of, small
from bpkit.verbs.shrink.stage_names import named
from bpkit.verbs.size import history_of, places


def shrink_saved(request: ShrinkRequest, path: Path) -> Shrunk:
    """The new image's Dockerfile, from the files of a saved image of the project.

    Nothing is built. The image's history shows which layers are its base image's. Raises
    InputError.
    """
    began = time.monotonic()
    project = load(request.choices)
    request = with_settings(request, project)
    if request.base not in {"", SCRATCH}:
        raise InputError(
            f"the base image '{request.base}' can't be read without an engine",
            hint="omit --base, or pass the name of an image instead of a file",
        )
    check_output(request)
    recipe, notes = one_file(project)
    saved = open_saved(path)
    source = SavedSource(saved)
    stage = stages(recipe.final.dockerfile, project.build_args).last
    found, is_whole = places(history_of(saved.blobs.document), stage)
    if not is_whole:
        raise InputError(
            f"'{saved.name}' was not built from {stage.file}, so the layers of its base image are"
            " not known",
            hint="pass an image built from this project",
        )
    order = order_of(request, project, recipe, named(recipe.final.dockerfile))
    base = source.base(min(found, default=len(saved.blobs.layers)))
    known = known_of(source, _info_of(saved), order, base_files=base)
    result, _ = small(source, known, order)
    result = replace(result, image=saved.name, before=source.size, notes=(*notes, *result.notes))
    result = written(judged(result), request, project.directory)
    return replace(result, seconds=time.monotonic() - began)


def _info_of(saved: SavedImage) -> ImageInfo:
    """The information that an engine would have about the image, except for its size."""
    config = saved.config
    if config.os not in {"linux", ""}:
        raise InputError(
            f"'{saved.name}' is an image for {config.os}",
            hint="only images for Linux can be shrunk",
        )
    return ImageInfo(
        saved.blobs.id,
        saved.blobs.tags,
        0,
        "",
        config.os,
        config.architecture,
        "",
        saved.blobs.layers,
        saved.blobs.document.get("config") or {},
    )
