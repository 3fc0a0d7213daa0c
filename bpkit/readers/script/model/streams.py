"""Where a command's standard output goes and its standard input comes from, and where it is."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.errors import Place
from bpkit.readers.script.model.values import HostPath, Value


@dataclass(frozen=True)
class StreamSource:
    """Where an action stands and how it is written (without continuations)."""

    place: Place
    text: str


# Where a standard output goes, and where a standard input comes from.
@dataclass(frozen=True)
class ToTerminal:
    """Shown to whoever runs the script."""


@dataclass(frozen=True)
class ToFile:
    """Redirected to a file; ``append`` for ``>>``, ``compressed`` behind gzip and its like."""

    path: HostPath
    append: bool = False
    compressed: bool = False


@dataclass(frozen=True)
class ToUntar:
    """Unpacked by ``tar x`` into ``directory``; only ``members`` where given."""

    directory: HostPath
    members: tuple[Value, ...] = ()
    strip_components: int = 0
    compressed: bool = False


@dataclass(frozen=True)
class ToBuild:
    """The standard input of the ``docker build`` that follows: a Dockerfile or a context."""


@dataclass(frozen=True)
class ToCommand:
    """Piped into something else, kept as written."""

    text: str


Output = ToTerminal | ToFile | ToUntar | ToBuild | ToCommand


@dataclass(frozen=True)
class FromText:
    """A heredoc or a here-string, with its variables followed."""

    content: Value


@dataclass(frozen=True)
class FromFile:
    """Redirected from a file, or ``cat FILE |``."""

    path: HostPath


@dataclass(frozen=True)
class FromCommand:
    """The output of something else, kept as written: not known."""

    text: str
