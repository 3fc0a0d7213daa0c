"""Builds a project again from scratch, and compares the image that ships with the first one."""

from __future__ import annotations

import secrets
from dataclasses import replace

from bpkit.core import Engine, Progress
from bpkit.project import Workshop
from bpkit.verbs.build import Built, Prepared
from bpkit.verbs.compare.verification import renamed
from bpkit.verbs.diff import ImageDifference, differing
from bpkit.verbs.size import Target, read_target

#: The second image's name in reports about both.
AGAIN = "the second build"


def repeated(
    prepared: Prepared,
    built: Built,
    engine: Engine,
    progress: Progress,
    *,
    rest: tuple[str, ...] = (),
) -> ImageDifference:
    """The difference between ``built`` and a second build, which is removed again.

    ``rest`` are the flags passed to every ``docker build``. Raises what a build raises.
    """
    stem = f"bpkit-verify-{secrets.token_hex(4)}"
    # The project's name is in the labels, which must not differ.
    again = replace(renamed(prepared.recipe, stem), project=prepared.recipe.project)
    options = replace(
        prepared.options, no_cache=True, pull=False, outputs=(), load=False, metadata_file=""
    )
    project = prepared.project
    workshop = Workshop(project.directory, engine, progress, options, project.build_args, rest)
    progress.note("building it a second time, without the cache")
    with workshop.images(again):
        second = engine.image(again.final.tag).id
        names = (built.result.final.tag, AGAIN)
        read = [read_target(Target(one), lambda: engine) for one in (built.shipped.id, second)]
    first, other = ((n, r.blobs, r.layers) for n, r in zip(names, read, strict=True))
    return differing(first, other)
