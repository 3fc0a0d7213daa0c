"""What an interpreter needs besides itself, as values; and where an application lies."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bpkit.image import FileGroup, Imports, LeftOut, Link, Subject, join, on_the_way

#: Directories that hold more than one thing; a file in one says nothing of its neighbours.
SHARED = """
    / /app/bin /bin /boot /etc /home /lib /lib64 /media /mnt /opt /root /run /sbin /srv /tmp
    /usr /usr/bin /usr/lib /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin
    /usr/sbin /usr/share /var
"""
#: In an application: what tools leave behind, and what version control keeps.
CACHES = (".git", ".hg", ".svn", ".cache", ".npm", ".pytest_cache", ".mypy_cache", ".ruff_cache")


@dataclass(frozen=True)
class LanguageParts:
    """What an interpreter needs besides itself and its libraries; ``hints`` are for the user.

    ``unchanged`` are directories whose own files decide what is left out below them.
    """

    groups: tuple[FileGroup, ...] = ()
    left_out: tuple[str, ...] = ()
    left_out_names: tuple[LeftOut, ...] = ()
    hints: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sources:
    """Directories whose modules are read, but for what has one of the names on its way."""

    directories: tuple[str, ...] = ()
    passed_over: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ModuleFiles:
    """The files of a language that say by their imports what is needed.

    ``suffixes`` are those of modules, a source's first; one whose path has a name of ``not_read``
    on its way is passed over. ``servers`` are programs, by bare names, that are scripts of the
    language; ``variable`` is how the names of its environment variables begin. ``library`` is the
    part of a path below which its own modules are outside an application.
    """

    suffixes: tuple[str, ...]
    read: Callable[[str, bytes], Imports]
    not_read: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    variable: str = ""
    library: str = ""


def application(subject: Subject, link: Link) -> Iterator[str]:
    """WORKDIR, and the files in the command, each with its directory if that is its own."""
    rootfs, workdir = subject.rootfs, subject.config.workdir
    if join(workdir) not in SHARED.split() and rootfs.is_directory(workdir):
        yield from on_the_way(rootfs, workdir)
    for word in link.argv[1:]:
        path = word if word.startswith("/") else join(workdir, word)
        if not word or word.startswith("-") or rootfs.file(path) is None:
            continue
        yield from on_the_way(rootfs, path)
        directory = posixpath.dirname(rootfs.real_path(path))
        if directory not in SHARED.split():
            yield from on_the_way(rootfs, directory)


def existing(subject: Subject, *paths: str) -> Iterator[str]:
    """Those of the paths that are in the image, with the links to them."""
    for path in paths:
        yield from on_the_way(subject.rootfs, path)


def caches_in(directories: tuple[str, ...], *more: str) -> tuple[LeftOut, ...]:
    """The caches below these directories."""
    return tuple(LeftOut(directory, (*CACHES, *more)) for directory in directories)
