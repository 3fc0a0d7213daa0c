"""Where a command is, where its standard output goes and where its standard input comes from."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.errors import Place
from bpkit.readers.script.model.values import HostPath, Value


@dataclass(frozen=True)
class StreamSource:
    """Where an action is, and how it is written (without continuations)."""

    place: Place
    text: str


# The targets of a standard output, and the sources of a standard input.
@dataclass(frozen=True)
class ToTerminal:
    """Shown to whoever runs the script."""


@dataclass(frozen=True)
class ToFile:
    """Redirected to a file; ``append`` for ``>>``, ``compressed`` after gzip, xz and others."""

    path: HostPath
    append: bool = False
    compressed: bool = False


@dataclass(frozen=True)
class ToUntar:
    """Unpacked by ``tar x`` into ``directory``; only ``members``, if given."""

    directory: HostPath
    members: tuple[Value, ...] = ()
    strip_components: int = 0
    compressed: bool = False


@dataclass(frozen=True)
class ToBuild:
    """The standard input of the ``docker build`` that follows: a Dockerfile or a context."""


@dataclass(frozen=True)
class ToCommand:
    """Piped into another command, which is kept as written."""

    text: str


Output = ToTerminal | ToFile | ToUntar | ToBuild | ToCommand


@dataclass(frozen=True)
class FromText:
    """A heredoc or a here-string, with its variables expanded."""

    content: Value


@dataclass(frozen=True)
class FromFile:
    """Redirected from a file, or ``cat FILE |``."""

    path: HostPath


@dataclass(frozen=True)
class FromCommand:
    """The output of another command, which isn't known; the command is kept as written."""

    text: str
