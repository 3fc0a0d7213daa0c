"""Files named by the command, the environment and the user; and those that the user drops."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from fnmatch import fnmatchcase

from bpkit.errors import InputError
from bpkit.image import Rootfs, Selection, databases, join
from bpkit.languages import SHARED
from bpkit.verbs.shrink.draft import EMPTY, Draft
from bpkit.verbs.shrink.interpreters import covered_by_languages
from bpkit.verbs.shrink.wants import with_tmp


def with_named(draft: Draft) -> Draft:
    """With files named by the command, the environment and the scripts, and empty directories."""
    rootfs, config = draft.fat.rootfs, draft.fat.config
    covered = tuple(f"{path}/" for path in covered_by_languages(draft))
    named = [p for p in draft.started.files if not p.startswith(covered)]
    draft = draft.taking("files that the command and its scripts name", named)
    values = (part for value in config.env.values() for part in value.split(":"))
    in_env = [v for v in values if v.startswith("/") and _is_file_or_empty(rootfs, v)]
    draft = draft.taking("files that the environment names", in_env)
    workdir = rootfs.resolve(config.workdir)
    empty = []
    if workdir and workdir.kind == "directory" and workdir.path not in SHARED.split():
        empty = [
            path
            for path in (workdir.path, *rootfs.descendants(workdir.path))
            if rootfs.nodes[path].kind == "directory" and path not in rootfs.children
        ]
    return draft.taking(EMPTY, empty)


def _is_file_or_empty(rootfs: Rootfs, path: str) -> bool:
    node = rootfs.resolve(path)
    if node is None or node.path in SHARED.split():
        return False
    return node.kind == "file" or (node.kind == "directory" and node.path not in rootfs.children)


def kept_paths(rootfs: Rootfs, workdir: str, wish: str) -> tuple[str, ...]:
    """The paths that ``--keep wish`` selects: one path, or all matches of a pattern.

    Raises InputError if there are none.
    """
    absolute = join(wish) if wish.startswith("/") else join(workdir, wish)
    if rootfs.resolve(absolute) is not None:
        return (absolute,)
    if any(sign in absolute for sign in "*?["):
        deep = absolute.count("/")
        found = tuple(
            path for path in rootfs.nodes if path.count("/") == deep and fnmatchcase(path, absolute)
        )
        if found:
            return found
    raise InputError(
        f"--keep {wish}: {absolute} is not in the image",
        hint="run 'docker run --rm --entrypoint ls IMAGE -d PATH' to see what exists",
    )


def with_kept(draft: Draft) -> Draft:
    """With everything at the user's paths, volumes, and tables that C library functions read."""
    rootfs, workdir = draft.fat.rootfs, draft.fat.config.workdir
    kept: list[str] = []
    for wish in draft.wishes.keep:
        kept += kept_paths(rootfs, workdir, wish)
    draft = draft.taking("kept with --keep", kept)
    real = tuple(node.path for path in kept if (node := rootfs.resolve(path)))
    draft = draft.with_selection(_spared(draft.selection, real))
    draft = draft.taking("volumes", draft.wishes.volumes)
    if "/tmp" in draft.texts:
        draft = draft.with_selection(with_tmp(draft.selection))
    # An interpreter imports the functions for all its scripts, but few scripts call these.
    tables = () if draft.is_interpreted else databases(draft.symbols)
    return draft.taking("tables that the C library reads", tables)


def _spared(selection: Selection, kept: tuple[str, ...]) -> Selection:
    """The selection with nothing left out at or below the user's paths."""
    if not kept:
        return selection
    below = tuple(f"{path.rstrip('/')}/" for path in kept)
    left_out = tuple(p for p in selection.left_out if p not in kept and not p.startswith(below))
    names = tuple(
        one
        for one in selection.left_out_names
        if one.directory not in kept and not one.directory.startswith(below)
    )
    return replace(selection, left_out=left_out, left_out_names=names, kept=kept)


def without_dropped(rootfs: Rootfs, selection: Selection, drop: tuple[str, ...]) -> Selection:
    """The selection without the paths and patterns that the user drops."""
    if not drop:
        return selection
    dropped = {
        path
        for path in rootfs.nodes
        for wish in drop
        if path == wish.rstrip("/")
        or fnmatchcase(path, wish)
        or path.startswith(f"{wish.rstrip('/')}/")
    }
    groups = tuple(
        replace(group, paths=tuple(p for p in group.paths if p not in dropped))
        for group in selection.groups
    )
    top = tuple(sorted(p for p in dropped if posixpath.dirname(p) not in dropped))
    return replace(
        selection,
        groups=tuple(group for group in groups if group.paths),
        left_out=tuple(dict.fromkeys((*selection.left_out, *top))),
        made=tuple(one for one in selection.made if one.path not in dropped),
    )
