"""The terms of the search for libraries: a loaded file, a place to try, a loader's rules.

There are two loaders, glibc's and musl's, each in its own file; both implement ``Loader``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bpkit.errors import InputError
from bpkit.formats.elf import Elf
from bpkit.image.rootfs import ROOT, Identity, Node, Rootfs

#: How a library was found: a path in its name, an rpath, LD_LIBRARY_PATH, a runpath, ld.so.cache
#: (or musl's path file), the loader's own directories; or it is the loader or the program itself.
Through = Literal[
    "path", "rpath", "environment", "runpath", "cache", "default", "loader", "program"
]


@dataclass(frozen=True)
class Library:
    """A library that the loader would load.

    ``name`` is the requested name, ``path`` the opened path, ``real`` the path without links,
    ``links`` the paths of the links on the way. ``needed_by`` is the real path of the file that
    needed it first. ``variants`` are paths of builds for newer CPUs (glibc-hwcaps), which such a
    CPU would use instead. ``opened``: the program opens it by itself, or only such a library
    needs it.
    """

    name: str
    path: str
    real: str
    links: tuple[str, ...] = ()
    through: Through = "default"
    needed_by: str = ""
    variants: tuple[str, ...] = ()
    opened: bool = False


@dataclass(frozen=True)
class Loaded:
    """A file in the process. ``origin`` is its $ORIGIN, ``parent`` the file that loaded it."""

    library: Library
    elf: Elf
    origin: str
    parent: Loaded | None = None

    def lineage(self) -> Iterator[Loaded]:
        """The file itself, the file that loaded it, and so on up to the program."""
        at: Loaded | None = self
        while at is not None:
            yield at
            at = at.parent


@dataclass(frozen=True)
class LibraryCandidate:
    """A path where a library may be, with its builds for newer CPUs, the newest first."""

    path: str
    through: Through
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """A file of the right name that the loader rejects, and why; if ``fatal``, the search ends."""

    path: str
    reason: str
    fatal: bool = False


@dataclass(frozen=True)
class SearchStart:
    """The start of a program: the image, and the process's environment, directory, user and loader.

    The loader is both the name in PT_INTERP and the file in the image.
    """

    rootfs: Rootfs
    interpreter: str
    loader: Elf
    env: dict[str, str] = field(default_factory=dict)
    directory: str = "/"
    who: Identity = ROOT
    _names: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    _looks: list[int] = field(default_factory=lambda: [0], compare=False, repr=False)

    def may_hold(self, directory: str, name: str) -> bool:
        """Whether ``directory`` contains anything that may lead to a file ``name`` in it.

        Without this, a file that needs thousands of libraries and names hundreds of directories
        would cause a million lookups. Raises InputError if the search still doesn't end.
        """
        self._looks[0] += 1
        if self._looks[0] > _MOST_LOOKS:
            raise InputError(
                "the search for libraries covers more directories than any program names",
                hint=f"run '{self.interpreter} --list' on the program",
            )
        names = self._names.get(directory)
        if names is None:
            names = frozenset(n.path.rpartition("/")[2] for n in self.rootfs.below(directory))
            self._names[directory] = names
        return name in names or _HWCAPS in names


# A name in a directory takes a fraction of a microsecond.
_MOST_LOOKS = 4_000_000
_HWCAPS = "glibc-hwcaps"


class Loader(Protocol):
    """The rules of one dynamic loader."""

    checks_versions: bool

    def preloaded(self) -> tuple[str, ...]:
        """The libraries that are loaded before all others; the loader ignores missing ones."""

    def wanted(self, name: str, by: Loaded) -> str:
        """The name in DT_NEEDED with its variables replaced."""

    def names(self, loaded: Loaded) -> tuple[str, ...]:
        """The names that a loaded file is known by, so that it isn't searched for again."""

    def is_itself(self, name: str) -> bool:
        """Whether the loader itself provides this name."""

    def candidates(self, name: str, by: Loaded, program: Loaded) -> Iterator[LibraryCandidate]:
        """The paths to try for a library, in order."""

    def rejects(self, node: Node, path: str) -> Rejected | None:
        """Why the loader rejects a readable regular file; None if it doesn't."""
