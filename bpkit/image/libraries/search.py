"""All libraries that a program is started with, found as its own loader finds them.

Nothing is run: the search uses the image's file system as a value. glibc loads breadth first, so a
library loaded for one file is available to all later ones; and the first file that needs a library
decides, by its RPATH, where it comes from. ``glibc.py`` and ``musl.py`` contain the rules of the
two loaders; the tests compare both with the loaders' own ``--list``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bpkit.formats.elf import Elf
from bpkit.image.libraries.glibc import Glibc
from bpkit.image.libraries.model import (
    Library,
    LibraryCandidate,
    Loaded,
    Loader,
    Rejected,
    SearchStart,
)
from bpkit.image.libraries.musl import Musl
from bpkit.image.rootfs import ROOT, Identity, Node, Rootfs

__all__ = ["Closure", "Library", "MissingLibrary", "MissingVersion", "closure", "usual_loader"]

Kind = Literal["static", "glibc", "musl", "other", "no loader"]

#: The PT_INTERP that compilers write, glibc's and musl's, by GOARCH.
_USUAL = {
    "amd64": ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"),
    "386": ("/lib/ld-linux.so.2", "/lib/ld-musl-i386.so.1"),
    "arm64": ("/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-aarch64.so.1"),
    "arm": ("/lib/ld-linux-armhf.so.3", "/lib/ld-musl-armhf.so.1"),
    "ppc64le": ("/lib64/ld64.so.2", "/lib/ld-musl-powerpc64le.so.1"),
    "s390x": ("/lib/ld64.so.1", "/lib/ld-musl-s390x.so.1"),
    "riscv64": ("/lib/ld-linux-riscv64-lp64d.so.1", "/lib/ld-musl-riscv64.so.1"),
}


@dataclass(frozen=True)
class MissingLibrary:
    """A library that the loader won't find. ``rejected`` are files of its name that it rejects.
    ``preload``: LD_PRELOAD names it, and the loader continues without it."""

    name: str
    needed_by: str
    rejected: tuple[Rejected, ...] = ()
    preload: bool = False
    opened: bool = False


@dataclass(frozen=True)
class MissingVersion:
    """A symbol version that a file needs from a library and that the library found doesn't have.

    ``offered`` is the library's newest version of the same family, ``GLIBC_2.36`` for
    ``GLIBC_2.38``; empty if it has none.
    """

    version: str
    library: str
    wanted_by: str
    offered: str = ""


@dataclass(frozen=True)
class Closure:
    """What a program needs from its image to be started, besides itself.

    ``program`` is its real path. ``kind`` is the loader that starts it; ``no loader`` if PT_INTERP
    (``interpreter``) doesn't lead to an ELF file; ``other`` for a loader with unknown rules, for
    which there are no libraries. ``libraries`` are in load order, without the program and the
    loader.
    """

    program: str
    kind: Kind
    interpreter: str | None = None
    loader: Library | None = None
    libraries: tuple[Library, ...] = ()
    missing: tuple[MissingLibrary, ...] = ()
    versions: tuple[MissingVersion, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the loader reaches the program's own code."""
        missing = any(not m.preload and not m.opened for m in self.missing)
        return self.kind != "no loader" and not missing and not self.versions


def closure(
    rootfs: Rootfs,
    path: str,
    env: Mapping[str, str] | None = None,
    *,
    opened: Iterable[str] = (),
    directory: str = "/",
    who: Identity = ROOT,
) -> Closure:
    """The libraries that the ELF file at ``path`` is started with in this image.

    ``env`` and ``directory`` are the process's, ``who`` must be able to read the libraries.
    ``opened`` are paths of libraries that the program opens by itself later: plug-ins, extension
    modules. A library at ``path`` counts as opened by a program with the usual loader. Raises
    ValueError if there is no ELF file at ``path``.
    """
    node = rootfs.file(path, directory)
    if node is None or node.elf is None:
        raise ValueError(f"{path}: there is no ELF file")
    interpreter = _interpreter(node.elf)
    if interpreter is None:
        return Closure(node.path, "static")
    found = rootfs.file(interpreter, directory)
    if found is None or found.elf is None:
        return Closure(node.path, "no loader", interpreter)
    start = SearchStart(rootfs, interpreter, found.elf, dict(env or {}), directory, who)
    loader = _library(
        rootfs, LibraryCandidate(interpreter, "loader"), found, interpreter, node.path
    )
    rules = _rules(start)
    if rules is None:
        return Closure(node.path, "other", interpreter, loader)
    walk = _Walk(start, rules, node, node.elf)
    walk.fill(tuple(opened))
    return Closure(
        program=node.path,
        kind="glibc" if isinstance(rules, Glibc) else "musl",
        interpreter=interpreter,
        loader=loader,
        libraries=tuple(loaded.library for loaded in walk.loaded[1:]),
        missing=tuple(walk.missing),
        versions=tuple(walk.missing_versions()) if rules.checks_versions else (),
    )


def _interpreter(elf: Elf) -> str | None:
    """The loader that starts the file; for a library, that of a program that would open it."""
    if elf.interpreter is None and elf.dynamic and elf.linkage == "library":
        return usual_loader(elf)
    return elf.interpreter


def usual_loader(elf: Elf) -> str | None:
    """The PT_INTERP that a program for this machine and C library has by default."""
    glibc, musl = _USUAL.get(elf.machine, (None, None))
    linked_with_musl = any(name.startswith(("libc.musl-", "libc.so")) for name in elf.needed)
    return musl if linked_with_musl and "libc.so.6" not in elf.needed else glibc


def _rules(start: SearchStart) -> Loader | None:
    """The rules of the loader in the image, whatever its name."""
    name = start.rootfs.real_path(start.interpreter, start.directory).rpartition("/")[2]
    soname = start.loader.soname or ""
    if soname.startswith("libc.") or name.startswith("ld-musl-"):
        return Musl(start)
    if any(version.startswith("GLIBC_") for version in start.loader.version_definitions):
        return Glibc(start)
    return None


class _Walk:
    """A process while its libraries are loaded."""

    def __init__(self, start: SearchStart, rules: Loader, node: Node, elf: Elf) -> None:
        self.start, self.rules = start, rules
        here = Library(node.path, node.path, node.path, through="program")
        # The program's $ORIGIN comes from /proc/self/exe, which has no links.
        self.program = Loaded(here, elf, _directory_of(node.path))
        self.loaded = [self.program]
        self.missing: list[MissingLibrary] = []
        self.known: dict[str, Loaded] = {}
        self.at_path = {node.path: self.program}
        self.asked: set[str] = set()
        self.waiting = deque([self.program])

    def fill(self, opened: tuple[str, ...]) -> None:
        """Load all libraries of the start, then those that the program opens later."""
        for name in self.rules.preloaded():
            self.load(name, self.program, preload=True)
        self.follow()
        for name in opened:
            self.load(name, self.program, opened=True)
        self.follow(opened=True)

    def follow(self, *, opened: bool = False) -> None:
        """Load the libraries that the loaded files need, breadth first."""
        while self.waiting:
            loaded = self.waiting.popleft()
            for needed in loaded.elf.needed:
                self.load(self.rules.wanted(needed, loaded), loaded, opened=opened)

    def load(self, name: str, by: Loaded, *, preload: bool = False, opened: bool = False) -> None:
        """Load the library ``name``, if it isn't loaded yet."""
        if name in self.known or self.rules.is_itself(name):
            return
        found, rejected = self._find(name, by)
        if found is None:
            if name not in self.asked:
                missing = MissingLibrary(name, by.library.real, rejected, preload, opened)
                self.missing.append(missing)
            self.asked.add(name)
            return
        library, elf = found
        library = replace(library, opened=opened)
        loaded = self.at_path.get(library.real)
        if loaded is None:
            loaded = Loaded(library, elf, _directory_of(library.path), by)
            self.at_path[library.real] = loaded
            self.loaded.append(loaded)
            self.waiting.append(loaded)
        for known in (name, library.path, *self.rules.names(loaded)):
            self.known.setdefault(known, loaded)

    def _find(
        self, name: str, by: Loaded
    ) -> tuple[tuple[Library, Elf] | None, tuple[Rejected, ...]]:
        """The library and its facts, if found; and the files that were rejected."""
        rejected: list[Rejected] = []
        for candidate in self.rules.candidates(name, by, self.program):
            for path in (candidate.path, *reversed(candidate.variants)):
                judged = self._judge(path)
                if isinstance(judged, Node) and judged.elf is not None:
                    there = tuple(v for v in candidate.variants if self._is_there(v))
                    chosen = replace(candidate, path=path, variants=there)
                    library = _library(self.start.rootfs, chosen, judged, name, by.library.real)
                    return (library, judged.elf), tuple(rejected)
                if isinstance(judged, Rejected):
                    rejected.append(judged)
                    if judged.fatal:
                        return None, tuple(rejected)
        return None, tuple(rejected)

    def _judge(self, path: str) -> Node | Rejected | None:
        node = self.start.rootfs.file(path)
        if node is None or not self.start.rootfs.allowed(node, self.start.who, 4):
            return node and Rejected(path, "the image's user can't read it")
        return self.rules.rejects(node, path) or node

    def _is_there(self, path: str) -> bool:
        return isinstance(self._judge(path), Node)

    def missing_versions(self) -> Iterator[MissingVersion]:
        """The versions that _dl_check_map_versions won't find; a library without any is fine."""
        for loaded in self.loaded:
            for need in loaded.elf.version_needs:
                library = self._named(need.library)
                offered = library[1].version_definitions if library else frozenset()
                for version in need.versions if offered else ():
                    if library and version not in offered:
                        newest = _newest(version, offered)
                        wanted_by = loaded.library.real
                        yield MissingVersion(version, library[0], wanted_by, newest)

    def _named(self, name: str) -> tuple[str, Elf] | None:
        if self.rules.is_itself(name):
            start = self.start
            return start.rootfs.real_path(start.interpreter, start.directory), start.loader
        loaded = self.known.get(name)
        return (loaded.library.real, loaded.elf) if loaded else None


def _library(
    rootfs: Rootfs, candidate: LibraryCandidate, node: Node, name: str, needed_by: str
) -> Library:
    return Library(
        name=name,
        path=candidate.path,
        real=node.path,
        links=rootfs.links_on(candidate.path),
        through=candidate.through,
        needed_by=needed_by,
        variants=candidate.variants,
    )


def _directory_of(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _newest(version: str, offered: frozenset[str]) -> str:
    """The highest version in ``offered`` of the same family: GLIBC_2.36 for GLIBC_2.38."""
    family = version.rpartition("_")[0]
    alike = [o for o in offered if o.rpartition("_")[0] == family and o[-1:].isdigit()]
    return max(alike, key=_numbers, default="")


def _numbers(version: str) -> list[int]:
    return [int(n) for n in version.rpartition("_")[2].split(".") if n.isdigit()]
