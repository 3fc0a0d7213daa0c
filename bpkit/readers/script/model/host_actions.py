"""A script's actions on the host's files with the host's own commands, as data."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.readers.script.model.streams import Output, StreamSource, ToUntar
from bpkit.readers.script.model.values import HostPath, Value


@dataclass(frozen=True)
class MakeDirectory:
    """``mkdir``."""

    source: StreamSource
    paths: tuple[HostPath, ...]


@dataclass(frozen=True)
class CopyHost:
    """``cp``; ``recursive`` for ``-r`` and ``-a``. The destination may be a directory or a file."""

    source: StreamSource
    origins: tuple[HostPath, ...]
    destination: HostPath
    recursive: bool = False


@dataclass(frozen=True)
class MoveHost:
    """``mv``."""

    source: StreamSource
    origins: tuple[HostPath, ...]
    destination: HostPath


@dataclass(frozen=True)
class RemoveHost:
    """``rm`` or ``rmdir``; ``patterns`` of paths are kept as written."""

    source: StreamSource
    paths: tuple[HostPath, ...]


@dataclass(frozen=True)
class ChangeMode:
    """``chmod MODE PATH…``; ``mode`` as written ("+x", "755")."""

    source: StreamSource
    mode: Value
    paths: tuple[HostPath, ...]
    recursive: bool = False


@dataclass(frozen=True)
class ChangeOwner:
    """``chown OWNER PATH…``."""

    source: StreamSource
    owner: Value
    paths: tuple[HostPath, ...]
    recursive: bool = False


@dataclass(frozen=True)
class LinkHost:
    """``ln``; ``to`` is the link's target as written."""

    source: StreamSource
    to: Value
    path: HostPath
    symbolic: bool


@dataclass(frozen=True)
class PackTar:
    """``tar c``: members as written, relative to ``directory``.

    ``excludes`` are the flags that leave files out, without their dashes. ``follows_links``: the
    tar has what links point to. ``transforms`` are the edits of names, as sed writes them.
    """

    source: StreamSource
    directory: HostPath
    members: tuple[Value, ...]
    output: Output
    compressed: bool = False
    excludes: tuple[str, ...] = ()
    follows_links: bool = False
    transforms: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnpackTar:
    """``tar x`` of a file on the host."""

    source: StreamSource
    archive: HostPath
    into: ToUntar


@dataclass(frozen=True)
class WriteHost:
    """A file written by redirecting ``echo``, ``printf`` or ``cat``: its whole content."""

    source: StreamSource
    path: HostPath
    content: Value
    append: bool = False


@dataclass(frozen=True)
class WorkOnFile:
    """A program that works on files: ``argv``, in which the words at ``at`` are ``paths``.

    ``names`` are the files' names afterwards, empty if they don't change. ``into`` is the directory
    that an archive is unpacked into.
    """

    source: StreamSource
    argv: tuple[Value, ...]
    at: tuple[int, ...]
    paths: tuple[HostPath, ...]
    names: tuple[str, ...]
    into: HostPath | None = None


@dataclass(frozen=True)
class FetchHost:
    """``git clone``: the files of ``origin`` are put at ``path``."""

    source: StreamSource
    origin: Value
    path: HostPath


HostAction = (
    MakeDirectory
    | CopyHost
    | MoveHost
    | RemoveHost
    | ChangeMode
    | ChangeOwner
    | LinkHost
    | PackTar
    | UnpackTar
    | WriteHost
    | WorkOnFile
    | FetchHost
)
