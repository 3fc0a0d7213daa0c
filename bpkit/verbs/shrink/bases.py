"""A base of the user's choice for the new image, in place of ``scratch``.

Files that the base has aren't added again; libraries only if the base's own don't fit. If a link in
the old image is a directory in the base (``/lib`` of a merged /usr on Alpine), links in that
directory replace it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bpkit.errors import InputError
from bpkit.image import (
    Closure,
    FileGroup,
    Linked,
    Node,
    Rootfs,
    Selection,
    closure,
    layered,
    on_the_way,
    taken,
)
from bpkit.verbs.shrink.choose import Choice
from bpkit.verbs.shrink.draft import LIBRARIES

SCRATCH = "scratch"
#: Short names, each with its image for static programs and that for dynamic ones.
_BASES = {
    "alpine": ("alpine:latest", "alpine:latest"),
    "debian-slim": ("debian:stable-slim", "debian:stable-slim"),
    "busybox": ("busybox:latest", "busybox:latest"),
    "distroless": ("gcr.io/distroless/static-debian12", "gcr.io/distroless/cc-debian12"),
    "chiselled": (
        "mcr.microsoft.com/dotnet/runtime-deps:8.0-noble-chiselled",
        "mcr.microsoft.com/dotnet/runtime-deps:8.0-noble-chiselled",
    ),
}


def base_image(name: str, *, dynamic: bool) -> str:
    """The image for ``--base name``: that of a short name, or the name itself."""
    return _BASES[name][dynamic] if name in _BASES else name


def is_dynamic(choice: Choice) -> bool:
    """Whether a kept program needs a loader."""
    return any(node.elf and node.elf.interpreter for node in choice.rootfs.nodes.values())


@dataclass(frozen=True)
class _Ground:
    fat: Rootfs
    base: Rootfs
    env: Mapping[str, str]


def on_base(choice: Choice, fat: Rootfs, base: Rootfs, env: Mapping[str, str]) -> Choice:
    """The choice, adapted to ``base``.

    Raises InputError if a file would have to replace a directory.
    """
    ground = _Ground(fat, base, env)
    selection = _without_conflicts(_with_missing(choice.selection, ground), ground)
    small = taken(fat, selection)
    return replace(choice, selection=selection, rootfs=layered(base, small))


def _with_missing(selection: Selection, ground: _Ground) -> Selection:
    """The selection with only the libraries that the base lacks; with all of them if its loader or
    its symbol versions don't fit."""
    libraries = [path for g in selection.groups if g.why == LIBRARIES for path in g.paths]
    others = tuple(group for group in selection.groups if group.why != LIBRARIES)
    brought: list[str] = []
    while True:
        fewer = replace(selection, groups=(*others, FileGroup(LIBRARIES, tuple(brought))))
        closures = list(_closures(_without_conflicts(fewer, ground), ground))
        if all(found.complete for found in closures):
            return fewer
        names = {missing.name for found in closures for missing in found.missing}
        new = [path for path in _of_names(ground.fat, names, libraries) if path not in brought]
        if not new or any(found.kind == "no loader" or found.versions for found in closures):
            return selection
        brought += new


def _closures(selection: Selection, ground: _Ground) -> Iterator[Closure]:
    """The libraries that the kept programs and libraries find on the base."""
    small = taken(ground.fat, selection)
    whole = layered(ground.base, small)
    for node in small.nodes.values():
        if node.elf and node.elf.dynamic:
            yield closure(whole, node.path, ground.env)


def _of_names(rootfs: Rootfs, names: set[str], libraries: Iterable[str]) -> Iterator[str]:
    """The libraries of these names, with their targets if they are links."""
    for path in libraries:
        if posixpath.basename(path) in names:
            yield from on_the_way(rootfs, path)


def _without_conflicts(selection: Selection, ground: _Ground) -> Selection:
    kept: list[FileGroup] = []
    linked: list[Linked] = []
    paths = set(selection.paths)
    for group in selection.groups:
        clashing = [path for path in group.paths if _clashes(ground, path)]
        for path in clashing:
            linked += _links_inside(ground, path, paths)
        rest = tuple(path for path in group.paths if path not in clashing)
        if rest:
            kept.append(FileGroup(group.why, rest))
    unique = tuple(dict.fromkeys(linked))
    return replace(selection, groups=tuple(kept), linked=unique)


def _clashes(ground: _Ground, path: str) -> bool:
    """Whether the base has a directory where a link would be added (or has the link already)."""
    mine, theirs = ground.fat.nodes[path], ground.base.nodes.get(path)
    if theirs is None:
        return False
    if mine.kind == "link":
        return theirs.kind == "directory" or _is_same_link(mine, theirs)
    if (mine.kind == "directory") != (theirs.kind == "directory"):
        raise InputError(
            f"{path} is a {mine.kind} in the image and a {theirs.kind} in the base",
            hint="pass another --base, or omit it",
        )
    return False


def _is_same_link(mine: Node, theirs: Node) -> bool:
    return theirs.kind == "link" and theirs.target == mine.target


def _links_inside(ground: _Ground, link: str, taken_paths: Iterable[str]) -> Iterator[Linked]:
    """For a link to a directory: links in the base's directory to the files added there."""
    if ground.base.nodes[link].kind != "directory":
        return
    target = ground.fat.real_path(link)
    for path in taken_paths:
        if path.startswith(f"{target}/"):
            name = path[len(target) + 1 :].partition("/")[0]
            inside = f"{link}/{name}"
            if inside not in ground.base.nodes:
                up = posixpath.relpath(f"{target}/{name}", link)
                yield Linked(inside, up)
