"""The files that are taken out of an old image, grouped by why, and the image that they make.

A selection is worked out on the old image's file system as a value; ``taken`` gives the file system
of the new image, so that the same rules can be held against it before anything is built.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from bpkit.image.rootfs import Node, Rootfs, directories_above, parents, with_parents

#: What the engine itself puts into every container, whatever the image has there.
_ENGINE_OWN = frozenset(
    {"/.dockerenv", "/dev", "/proc", "/sys", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf"}
    | {"/etc/mtab"}
)
#: So many files of a directory are shown as the directory, if they are all of it.
_SEVERAL = 3
_ENGINE_BELOW = ("/dev/", "/proc/", "/sys/")


@dataclass(frozen=True)
class FileGroup:
    """Paths that are taken for one reason, each after all links but those that it is itself.

    A directory stands for all that is in it.
    """

    why: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class MadeFile:
    """A directory of the new image that is made, not taken."""

    path: str
    mode: int = 0o755
    uid: int = 0
    gid: int = 0


@dataclass(frozen=True)
class Linked:
    """A link of the new image that is made: where it is, and where it leads, as written."""

    path: str
    target: str


@dataclass(frozen=True)
class LeftOut:
    """What is left out below a directory that is taken: all that is called so (``*.pyc``)."""

    directory: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """What is taken of the old image, and what becomes of it.

    ``left_out`` are paths in directories that are taken, ``left_out_names`` the same by name; what
    is taken by its own path is in spite of both. ``given`` are directories that the new image's
    user owns with all in them, ``opened`` paths that anybody may read from then on. ``kept`` are
    taken whole, whatever is left out elsewhere. Below one of ``unchanged`` nothing is left out when
    the files in it are others than those of today: what is left out was read from them. ``home`` is
    made for the new image's user, with an account in /etc/passwd.
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
        """The selection with these paths too; those that it has already are passed over."""
        known = set(self.paths)
        # The whole image is never what is meant; what brings it along would bring all.
        new = tuple(path for path in dict.fromkeys(paths) if path not in known and path != "/")
        if not new:
            return self
        return replace(self, groups=(*self.groups, FileGroup(why, new)))


def taken(rootfs: Rootfs, selection: Selection) -> Rootfs:
    """The file system that the selection makes of ``rootfs``."""
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
    """The same selection with each path once: none that a directory brings along, and nothing left
    out that is taken by its own path."""
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
    """Directories of which every file is taken, several of them by their own paths."""
    small = taken(rootfs, selection)
    counts = Counter(d for path in selection.paths for d in parents(path) if d.count("/") > 1)
    several = {directory for directory, count in counts.items() if count >= _SEVERAL}
    lacking = directories_above(path for path in rootfs.nodes if path not in small.nodes)
    return several.difference(lacking)


def spared(rootfs: Rootfs, selection: Selection) -> tuple[str, ...]:
    """What is taken by its own path, or kept, where something is left out around it."""
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
    """Whether the path, or a directory above it, is left out by its name."""
    return any(names.leave_out(one) for one in (path, *parents(path)))


def total(rootfs: Rootfs) -> int:
    """The bytes of all files."""
    return sum(node.size for node in rootfs.nodes.values())


def is_engines(path: str) -> bool:
    """Whether the engine, not the image, decides what is at ``path``."""
    return path in _ENGINE_OWN or path.startswith(_ENGINE_BELOW)


def on_the_way(rootfs: Rootfs, path: str, directory: str = "/") -> Iterator[str]:
    """The links that are followed to ``path``, and where they lead; nothing if nothing is there.

    Raises LinkLoopError.
    """
    real = rootfs.real_path(path, directory)
    if real in rootfs.nodes and not is_engines(real):
        yield from rootfs.links_on(path, directory)
        yield real


def _wanted(rootfs: Rootfs, selection: Selection) -> Iterator[str]:
    """The paths that are taken: by themselves, or in a directory that is."""
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
            # What is taken by its own path waits already.
            if inside not in single
            and (whole or (inside not in left_out and not names.leave_out(inside)))
        )


@dataclass(frozen=True)
class _Names:
    """What is left out by its name, so laid out that most paths are told by one look."""

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
