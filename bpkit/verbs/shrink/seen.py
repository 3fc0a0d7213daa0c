"""Files that runs of the image opened, executed, looked at and wrote to; and the directories that
services write to.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace

from bpkit.image import MadeFile, Node, is_engines, on_the_way
from bpkit.languages import SHARED
from bpkit.verbs.shrink.application import state_of_package
from bpkit.verbs.shrink.draft import LIBRARIES, Draft
from bpkit.verbs.shrink.rounding import is_library
from bpkit.verbs.shrink.surroundings import Surroundings

#: Directories in which services keep process numbers, sockets, logs and data.
_STATE = "/run /var/run /run/lock /var/log /var/lib /var/cache /var/tmp /var/spool /srv /home"
#: A directory that a program lists is kept whole, up to this size.
_MOST_LISTED = 32 << 20
_NEVER_LEARNED = (
    "/proc/",
    "/sys/",
    "/dev/",
    "/tmp/",
    "/.bpkit-trace",
    "/usr/lib/x86_64-linux-gnu/gconv/gconv",
)


def with_learned(draft: Draft, around: Surroundings, covered: tuple[str, ...]) -> Draft:
    """With files that runs of the image opened, executed and looked at; and all of the data that a
    package's scripts made, if any of it was used."""
    rootfs, learned = draft.fat.rootfs, around.learned
    state = {
        directory
        for path in (*learned.touched, *learned.written)
        if rootfs.file(path) and (directory := state_of_package(path, around.packages))
    }
    draft = draft.taking("data that a run of the image used", sorted(state))
    files: dict[str, None] = {}
    made: dict[str, MadeFile] = {}
    for path in sorted(learned.written):
        if "/__pycache__/" in path:
            continue
        parent = rootfs.resolve(posixpath.dirname(path))
        if parent and parent.kind == "directory" and not is_engines(parent.path):
            made[parent.path] = _directory(parent)
            files |= dict.fromkeys(
                one for one in on_the_way(rootfs, path) if rootfs.nodes[one].kind == "link"
            )
            files |= dict.fromkeys(rootfs.links_on(posixpath.dirname(path)))
    for path in sorted(learned.touched):
        if _is_never_learned(path):
            continue
        for real in on_the_way(rootfs, path):
            node = rootfs.nodes[real]
            if node.kind in {"file", "link"} or real not in rootfs.children:
                files.setdefault(real)
            else:
                made[real] = _directory(node)
    # A link to a directory is kept on its own: files in the directory were requested by other
    # paths.
    libraries = [path for path in files if is_library(path)]
    used = draft.selection.with_group(LIBRARIES, libraries)
    used = used.with_group("files that a run of the image used", files)
    draft = draft.with_selection(used)
    below = tuple(f"{path}/" for path in covered)
    whole = []
    for path in sorted(learned.listed):
        place = rootfs.resolve(path)
        if place is None or place.path in SHARED.split() or _is_never_learned(place.path):
            continue
        if place.path.startswith(below) or place.path in covered or "/bin" in place.path:
            continue
        files_in = [
            p for p in rootfs.children.get(place.path, ()) if rootfs.nodes[p].kind == "file"
        ]
        if sum(rootfs.nodes[p].size for p in files_in) <= _MOST_LISTED:
            whole += files_in
    draft = draft.taking("directories that a run of the image listed", whole)
    return _with_made(draft, made)


def _with_made(draft: Draft, made: Mapping[str, MadeFile]) -> Draft:
    there = draft.small.nodes
    new = tuple(one for path, one in made.items() if path not in there and path != "/")
    return draft.with_selection(replace(draft.selection, made=(*draft.selection.made, *new)))


def _directory(node: Node) -> MadeFile:
    return MadeFile(node.path, node.mode, node.uid, node.gid)


def with_state(draft: Draft) -> Draft:
    """With the directories that services write to, left empty if possible; and the files in which
    engines look up HOME, which differs for an account that isn't in them."""
    rootfs = draft.fat.rootfs
    draft = draft.taking("the names of users and groups", ("/etc/passwd", "/etc/group"))
    home = "/root"
    nodes = [rootfs.resolve(path) for path in (*_STATE.split(), home)]
    links = [path for path in _STATE.split() if path in rootfs.nodes]
    links = [path for path in links if rootfs.nodes[path].kind == "link"]
    draft = draft.with_selection(draft.selection.with_group("links to directories", links))
    made = {one.path: _directory(one) for one in nodes if one and one.kind == "directory"}
    return _with_made(draft, made)


def _is_never_learned(path: str) -> bool:
    return (
        path in {"/etc/ld.so.cache", "/etc/ld.so.preload", "/proc", "/sys", "/dev", "/tmp", "/"}
        or path.startswith(_NEVER_LEARNED)
        or "/__pycache__/" in path
        or is_engines(path)
    )
