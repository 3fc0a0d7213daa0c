"""What an interpreter needs besides itself, as values; and where an application is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bpkit.image import FileGroup, Imports, LeftOut, Link, Subject, join, on_the_way

#: Directories with unrelated contents: a file in one says nothing about its neighbours.
SHARED = """
    / /app/bin /bin /boot /etc /home /lib /lib64 /media /mnt /opt /root /run /sbin /srv /tmp
    /usr /usr/bin /usr/lib /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin
    /usr/sbin /usr/share /var
"""
#: In an application: leftovers of tools, and version control's own files. What a ``.cache`` holds
#: may be models or browsers that the program needs.
CACHES = (".git", ".hg", ".svn", ".npm", ".pytest_cache", ".mypy_cache", ".ruff_cache")


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
    """Directories whose modules are read, except those whose path one of the patterns matches."""

    directories: tuple[str, ...] = ()
    passed_over: frozenset[re.Pattern[str]] = frozenset()


@dataclass(frozen=True)
class ModuleFiles:
    """A language's files whose imports say what is needed.

    ``suffixes`` are those of modules, the source's first; a module whose path ``not_read`` matches
    is skipped. ``servers`` are programs, by base name, that are scripts in the language;
    ``variable`` is the prefix of its environment variables. ``library`` is the part of a path
    below which its own modules are, outside an application.
    """

    suffixes: tuple[str, ...]
    read: Callable[[str, bytes], Imports]
    not_read: re.Pattern[str] | None = None
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
    """The paths that exist in the image, with the links to them."""
    for path in paths:
        yield from on_the_way(subject.rootfs, path)


def caches_in(directories: tuple[str, ...], *more: str) -> tuple[LeftOut, ...]:
    """The caches below these directories."""
    return tuple(LeftOut(directory, (*CACHES, *more)) for directory in directories)
