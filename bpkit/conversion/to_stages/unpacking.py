"""ADD of an archive that a stage holds as a file: a RUN of that stage unpacks it.

ADD unpacks a local archive, COPY --from doesn't. Files unpacked as root keep the owners in the
archive, as with ADD.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.conversion.archives import ARCHIVES, unpacking_run
from bpkit.conversion.remarks import Remarks
from bpkit.core import Artifact, Image, Recipe
from bpkit.formats.dockerfile import (
    Instruction,
    copy_of,
    final_state,
    find_stage,
    parse,
    stages,
    walk,
)
from bpkit.formats.text import source_path


def with_unpacked(recipe: Recipe, remarks: Remarks) -> Recipe:
    """The recipe, changed so that stages unpack archives that only ADD reads from them."""
    images = {image.name: image for image in recipe.images}
    for image in recipe.images:
        new = []
        for artifact in images[image.name].artifacts:
            maker = images[artifact.maker]
            adding = _only_added(image, artifact)
            if adding is None or not _is_root(maker):
                new.append(artifact)
                continue
            at = f"/tmp/unpacked/{posixpath.basename(artifact.destination)}"
            text = unpacking_run(artifact.source, at)
            images[maker.name] = _with_run(maker, text)
            place = image.dockerfile.place(adding)
            remarks.note(f"{text} added to {maker.dockerfile.name}, because ADD unpacks it", place)
            new.append(replace(artifact, source=f"{at}/.", unpacked=True))
        images[image.name] = replace(images[image.name], artifacts=tuple(new))
    return replace(recipe, images=tuple(images[image.name] for image in recipe.images))


def _only_added(image: Image, artifact: Artifact) -> Instruction | None:
    """The ADD that unpacks the artifact, if nothing else names the artifact."""
    is_archive = artifact.destination.lower().endswith(ARCHIVES) and not artifact.archive
    if not is_archive or not re.fullmatch(r"[\w./+=,@-]+", artifact.source):
        return None
    taking = list(_taking(image, posixpath.normpath(artifact.destination)))
    if len(taking) != 1 or taking[0].keyword != "ADD" or taking[0].flags:
        return None
    return taking[0] if len(taking[0].args) == 2 else None


def _taking(image: Image, path: str) -> Iterator[Instruction]:
    known = {name: value for name, value in image.build_args if value is not None}
    for stage in stages(image.dockerfile, known):
        for one, state in walk(stage, None, known):
            if one.keyword not in {"COPY", "ADD"} or one.flag("from") is not None:
                continue
            sources = [source_path(source) for source in copy_of(one, state.env).sources]
            if path in sources or any(path.startswith(f"{s}/") for s in sources):
                yield one


def _is_root(maker: Image) -> bool:
    """Whether a RUN at the end of the Dockerfile runs as root in the artifact's stage."""
    known = {name: value for name, value in maker.build_args if value is not None}
    every = stages(maker.dockerfile, known)
    target = find_stage(every, maker.target) if maker.target else every.last
    user = final_state(every.last, None, known).user
    return target is every.last and user in {"", "root", "0"}


def _with_run(maker: Image, text: str) -> Image:
    before = maker.dockerfile.text
    end = "\r\n" if "\r\n" in before else "\n"
    if f"{text}{end}" in before:
        return maker
    gap = "" if before.endswith("\n") else end
    dockerfile = parse(f"{before}{gap}{text}{end}", maker.dockerfile.name)
    return replace(maker, dockerfile=dockerfile, path=None)
