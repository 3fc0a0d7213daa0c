"""What a language's pack answers: of which programs it is the interpreter, and what that one needs.

To add a language is to add a module with these two functions and a line in ``languages``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from bpkit.image import Evidence, FileGroup, LeftOut, Link, Subject, join, on_the_way

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
    """What an interpreter needs besides itself and its libraries; ``hints`` are for the user."""

    groups: tuple[FileGroup, ...] = ()
    left_out: tuple[str, ...] = ()
    left_out_names: tuple[LeftOut, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sources:
    """Directories whose modules are read, but for what has one of the names on its way."""

    directories: tuple[str, ...] = ()
    passed_over: frozenset[str] = frozenset()


class Language(Protocol):
    """A module of this package for one language."""

    NAME: str

    def runs(self, link: Link) -> bool:
        """Whether the program is this language's interpreter."""

    def sources(self, subject: Subject, link: Link) -> Sources:
        """What must be read before ``parts`` can tell; mostly nothing."""

    def parts(
        self, subject: Subject, link: Link, evidence: Mapping[str, Evidence]
    ) -> LanguageParts:
        """What it needs to run what it is given."""


def bare_name(word: str) -> str:
    """A program's name without directories and version: ``python`` for ``/usr/bin/python3.11``."""
    return word.rpartition("/")[2].rstrip("0123456789.")


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
