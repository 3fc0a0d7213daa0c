"""The terms of the search for libraries: a loaded file, a place to try, a loader's rules.

There are two loaders, glibc's and musl's, each in a file of its own; both fulfil ``Loader``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bpkit.errors import InputError
from bpkit.formats.elf import Elf
from bpkit.image.rootfs import ROOT, Identity, Node, Rootfs

#: What led to a library: a path in its name, an rpath, LD_LIBRARY_PATH, a runpath, ld.so.cache
#: (or musl's path file), the loader's own directories; the loader itself; the program itself.
Through = Literal[
    "path", "rpath", "environment", "runpath", "cache", "default", "loader", "program"
]


@dataclass(frozen=True)
class Library:
    """A library that the loader would load.

    ``name`` is as it was asked for, ``path`` as it is opened, ``real`` without links, ``links``
    the paths of the links followed on the way. ``needed_by`` is the real path of the file that
    asked first. ``variants`` are paths of builds for newer CPUs (glibc-hwcaps), which such a CPU
    would take instead. ``opened`` tells one that the program opens by itself, or what only such
    a one needs.
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
    """A file in the process. ``origin`` is its $ORIGIN, ``parent`` what caused it to be loaded."""

    library: Library
    elf: Elf
    origin: str
    parent: Loaded | None = None

    def lineage(self) -> Iterator[Loaded]:
        """The file itself, what caused it to be loaded, and so on up to the program."""
        at: Loaded | None = self
        while at is not None:
            yield at
            at = at.parent


@dataclass(frozen=True)
class LibraryCandidate:
    """A path where a library may be, with its builds for newer CPUs from the newest on."""

    path: str
    through: Through
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """A file of the right name that the loader does not take, and why; it is its last try if
    ``fatal``."""

    path: str
    reason: str
    fatal: bool = False


@dataclass(frozen=True)
class SearchStart:
    """What a program is started with: the image, environment, directory and user of the process,
    and its loader as PT_INTERP names it and as the file that is there.
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
        """Whether there is anything in ``directory`` that a file ``name`` in it could be.

        A file that needs thousands of libraries and names hundreds of directories would else be
        looked for a million times. Raises InputError if even so the search has no end.
        """
        self._looks[0] += 1
        if self._looks[0] > _MOST_LOOKS:
            raise InputError(
                "libraries are looked for in more directories than any program names",
                hint=f"see what '{self.interpreter} --list' makes of the program",
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
        """The libraries that are loaded before all others; those that are missing are passed
        over by the loader."""

    def wanted(self, name: str, by: Loaded) -> str:
        """The name in DT_NEEDED with its variables put in."""

    def names(self, loaded: Loaded) -> tuple[str, ...]:
        """The names by which a loaded file is known, so that it is not searched again."""

    def is_itself(self, name: str) -> bool:
        """Whether the loader answers to this name with itself."""

    def candidates(self, name: str, by: Loaded, program: Loaded) -> Iterator[LibraryCandidate]:
        """Where a library is looked for, in order."""

    def rejects(self, node: Node, path: str) -> Rejected | None:
        """Why a regular file that can be read is not taken; None if it is."""
