"""The project file at a path in an image, according to its Dockerfile.

``docker run X | docker build -`` reads its Dockerfile from the tar that X prints; the COPY that put
it into X shows which file of the project that is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from bpkit.formats.dockerfile import DockerfileError, Instruction, copy_of, find_stage, stages, walk
from bpkit.readers.script.machine.host import Alias, Ground, Origin
from bpkit.readers.script.machine.images import BuiltImage

_MOVES = re.compile(
    r"(?:^|&&|;)\s*(?:cp|mv)\s+(?:-\w+\s+)*(?P<old>[\w./-]+)\s+(?P<new>[\w./-]+)\s*(?=$|&&|;)"
)


def file_inside(built: BuiltImage, path: str, ground: Ground) -> str | None:
    """The project's path of the file at ``path`` in the image; None if nothing shows it."""
    every = stages(built.dockerfile, built.known_args)
    stage = (find_stage(every, built.target) if built.target else None) or every.last
    wanted = posixpath.normpath(path)
    for one, state in reversed(list(walk(stage, None, built.known_args))):
        if one.keyword == "RUN":
            wanted = _before_run(one, state.workdir, wanted)
        elif one.keyword in {"COPY", "ADD"} and one.flag("from") is None:
            for found in _sources(one, state.workdir, wanted, built, ground):
                return found
    return None


def _before_run(one: Instruction, workdir: str, wanted: str) -> str:
    """The file's path before a RUN moved or copied it."""
    for move in reversed(list(_MOVES.finditer(" ".join(one.args)))):
        old, new = (posixpath.normpath(posixpath.join(workdir, move[n])) for n in ("old", "new"))
        if wanted == new:
            return old
        if wanted == posixpath.join(new, posixpath.basename(old)):
            return old
    return wanted


def _sources(
    one: Instruction, workdir: str, wanted: str, built: BuiltImage, ground: Ground
) -> Iterator[str]:
    """The project files that the instruction may have put at ``wanted``."""
    try:
        copy = copy_of(one)
    except DockerfileError:
        return
    target = posixpath.normpath(posixpath.join(workdir, copy.destination))
    placed = dict(built.placed)
    for source in copy.sources:
        start = posixpath.normpath(source.lstrip("/") or ".")
        candidates = []
        if wanted in {target, posixpath.join(target, posixpath.basename(start))}:
            candidates.append(start)
        if wanted.startswith(target.rstrip("/") + "/"):
            candidates.append(posixpath.join(start, posixpath.relpath(wanted, target)))
        for candidate in candidates:
            name = posixpath.normpath(posixpath.join(built.context, candidate))
            origin: Origin | None = placed.get(posixpath.normpath(candidate))
            if isinstance(origin, Alias):
                name = origin.path
            if ground.text(name) is not None:
                yield name
