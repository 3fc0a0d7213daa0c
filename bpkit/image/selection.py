"""The files to keep of an old image, grouped by reason, and the new image that results.

A selection is made on the old image's file system as a value; ``taken`` returns the new image's
file system, so that the same rules can be applied to it before anything is built.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from bpkit.image.rootfs import Node, Rootfs, directories_above, parents, with_parents

#: Paths that the engine itself puts into every container, whatever the image has there.
_ENGINE_OWN = frozenset(
    {"/.dockerenv", "/dev", "/proc", "/sys", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf"}
    | {"/etc/mtab"}
)
#: With this many kept files, a directory is shown as a whole, if no other file is in it.
_SEVERAL = 3
_ENGINE_BELOW = ("/dev/", "/proc/", "/sys/")


@dataclass(frozen=True)
class FileGroup:
    """Paths that are kept for one reason, free of links except in the last component.

    A directory stands for everything in it.
    """

    why: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class MadeFile:
    """A directory of the new image that is created, not copied."""

    path: str
    mode: int = 0o755
    uid: int = 0
    gid: int = 0


@dataclass(frozen=True)
class Linked:
    """A link of the new image that is created: its path, and its target as written."""

    path: str
    target: str


@dataclass(frozen=True)
class LeftOut:
    """Files to leave out of a kept directory, by a name pattern (``*.pyc``)."""

    directory: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """The files to keep of the old image, and the changes to them.

    ``left_out`` are paths to leave out of kept directories, ``left_out_names`` the same by name; a
    path that is kept itself overrides both. ``given`` are directories that the new image's user
    owns with their contents, ``opened`` are paths that become readable by everyone. ``kept`` are
    kept whole, whatever is left out elsewhere. In each of ``unchanged``, files are left out only
    while its files are the present ones, from which the choice was made. ``home`` is created for
    the new image's user, with an account in /etc/passwd.
    """

    groups: tuple[FileGroup, ...] = ()
    left_out: tuple[str, ...] = ()
    left_out_names: tuple[LeftOut, ...] = ()
    made: tuple[MadeFile, ...] = ()
    linked: tuple[Linked, ...] = ()
    given: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    home: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(path for group in self.groups for path in group.paths)

    def with_group(self, why: str, paths: Iterable[str]) -> Selection:
        """The selection with these paths too, without those that it already has."""
        known = set(self.paths)
        # The whole image is never meant: keeping the root would keep everything.
        new = tuple(path for path in dict.fromkeys(paths) if path not in known and path != "/")
        if not new:
            return self
        return replace(self, groups=(*self.groups, FileGroup(why, new)))


def taken(rootfs: Rootfs, selection: Selection) -> Rootfs:
    """The file system that results from the selection on ``rootfs``."""
    wanted = set(_wanted(rootfs, selection))
    nodes = {path: node for path, node in rootfs.nodes.items() if path in wanted}
    for directory in directories_above(tuple(nodes)):
        if directory not in nodes and directory in rootfs.nodes:
            nodes[directory] = rootfs.nodes[directory]
    for made in selection.made:
        nodes[made.path] = Node(made.path, "directory", made.mode, made.uid, made.gid)
    if selection.home:
        nodes[selection.home] = Node(selection.home, "directory", 0o700)
    for link in selection.linked:
        nodes[link.path] = Node(link.path, "link", 0o777, target=link.target)
    if selection.opened:
        for path, node in nodes.items():
            if _is_below(path, selection.opened):
                nodes[path] = node._replace(mode=_opened(node))
    return Rootfs(with_parents(nodes))


def _opened(node: Node) -> int:
    """The mode after ``chmod a+rX``."""
    runs = node.kind == "directory" or node.mode & 0o111
    return node.mode | (0o555 if runs else 0o444)


def _is_below(path: str, directories: Iterable[str]) -> bool:
    return any(path == one or path.startswith(f"{one.rstrip('/')}/") for one in directories)


def settled(rootfs: Rootfs, selection: Selection) -> Selection:
    """The same selection without redundancy: no path inside a kept directory, and nothing left out
    that is kept by its own path."""
    single = frozenset(selection.paths)
    left_out = tuple(path for path in selection.left_out if path not in single)
    left = replace(selection, left_out=left_out)
    full = _full(rootfs, left)
    whole = full | {path for path in single if rootfs.nodes[path].kind == "directory"}
    own = frozenset(spared(rootfs, left))
    known: set[str] = set()
    groups = []
    for group in selection.groups:
        above = (
            path if path in own else next((d for d in parents(path) if d in full), path)
            for path in group.paths
        )
        paths = [
            path
            for path in dict.fromkeys(above)
            if path not in known and (path in own or not whole.intersection(parents(path)))
        ]
        known.update(paths)
        if paths:
            groups.append(FileGroup(group.why, tuple(paths)))
    return replace(left, groups=tuple(groups))


def _full(rootfs: Rootfs, selection: Selection) -> set[str]:
    """Directories whose every file is kept, several of them by their own paths."""
    small = taken(rootfs, selection)
    counts = Counter(d for path in selection.paths for d in parents(path) if d.count("/") > 1)
    several = {directory for directory, count in counts.items() if count >= _SEVERAL}
    lacking = directories_above(path for path in rootfs.nodes if path not in small.nodes)
    return several.difference(lacking)


def spared(rootfs: Rootfs, selection: Selection) -> tuple[str, ...]:
    """Paths that are kept themselves while something around them is left out."""
    left_out = frozenset(selection.left_out)
    names = _Names.of(selection.left_out_names)
    around = tuple(f"{one.directory.rstrip('/')}/" for one in selection.left_out_names)
    found = [
        path
        for path in selection.paths
        if rootfs.nodes[path].kind != "directory"
        and (
            not left_out.isdisjoint((path, *parents(path)))
            or (path.startswith(around) and _is_below_named(path, names))
        )
    ]
    inside = [
        path
        for path in selection.kept
        if not left_out.isdisjoint((path, *parents(path)))
        or path.startswith(around)
        or any(one.startswith(f"{path.rstrip('/')}/") for one in (*left_out, *around))
    ]
    return tuple(dict.fromkeys((*inside, *found)))


def _is_below_named(path: str, names: _Names) -> bool:
    """Whether the path, or a directory above it, is left out by name."""
    return any(names.leave_out(one) for one in (path, *parents(path)))


def total(rootfs: Rootfs) -> int:
    """The bytes of all files."""
    return sum(node.size for node in rootfs.nodes.values())


def is_engines(path: str) -> bool:
    """Whether the engine, not the image, provides ``path``."""
    return path in _ENGINE_OWN or path.startswith(_ENGINE_BELOW)


def on_the_way(rootfs: Rootfs, path: str, directory: str = "/") -> Iterator[str]:
    """The links on the way to ``path``, and their targets; empty if the path doesn't exist.

    Raises LinkLoopError.
    """
    real = rootfs.real_path(path, directory)
    if real in rootfs.nodes and not is_engines(real):
        yield from rootfs.links_on(path, directory)
        yield real


def _wanted(rootfs: Rootfs, selection: Selection) -> Iterator[str]:
    """The paths to keep: by themselves, or in a kept directory."""
    single = dict.fromkeys(selection.paths)
    left_out = frozenset(selection.left_out)
    names = _Names.of(selection.left_out_names)
    waiting = list(single)
    while waiting:
        path = waiting.pop()
        if path != "/" and not is_engines(path):
            yield path
        whole = bool(selection.kept) and _is_below(path, selection.kept)
        waiting += (
            inside
            for inside in rootfs.children.get(path, ())
            # A path that is kept itself is in the queue already.
            if inside not in single
            and (whole or (inside not in left_out and not names.leave_out(inside)))
        )


@dataclass(frozen=True)
class _Names:
    """The names to leave out, indexed so that one lookup decides most paths."""

    plain: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, by_names: Iterable[LeftOut]) -> _Names:
        plain: dict[str, tuple[str, ...]] = {}
        patterns: dict[str, tuple[str, ...]] = {}
        for one in by_names:
            below = f"{one.directory.rstrip('/')}/"
            for name in one.names:
                kind = patterns if any(sign in name for sign in "*?[") else plain
                kind[name] = (*kind.get(name, ()), below)
        return cls(plain, patterns)

    def leave_out(self, path: str) -> bool:
        name = posixpath.basename(path)
        if path.startswith(self.plain.get(name, ())):
            return True
        return any(
            fnmatchcase(name, pattern) and path.startswith(below)
            for pattern, below in self.patterns.items()
        )
