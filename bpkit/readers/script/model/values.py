"""Values of a script that nobody has run: text where it is known, a symbol where it is not.

A reader of scripts follows variables as a shell would, but has no machine to ask. What the script
takes from outside (its arguments, the environment, the output of ``git`` or ``date``, a
container's id) becomes a ``Symbol`` that stands in the value's text. Two uses of the same symbol
are equal, so an image tagged ``app:$(git rev-parse HEAD)`` is still seen to be the one that a
later command names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from posixpath import normpath

from bpkit.errors import Place


class Origin(Enum):
    """Where a value that the text does not hold comes from."""

    ENVIRONMENT = "environment"
    ARGUMENT = "argument"
    COMMAND = "command"
    CONTAINER = "container"
    IMAGE = "image"
    PROJECT = "project"
    TEMPORARY = "temporary directory"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Symbol:
    """A value that is known only when the script runs.

    ``name`` is the variable's name, the argument's number, the command's text, or for a container
    or image made by the script a name of the reader's own. ``place`` is where the value was first
    asked for, and no part of the symbol's identity.
    """

    origin: Origin
    name: str
    place: Place = field(default=Place("-"), compare=False)

    def __str__(self) -> str:
        match self.origin:
            case Origin.ENVIRONMENT | Origin.ARGUMENT:
                return f"${{{self.name}}}"
            case Origin.PROJECT:
                return "$(pwd)"
            case _:
                return f"$({self.name})"


Part = str | Symbol


@dataclass(frozen=True)
class Value:
    """A word's value: its known text and its symbols, in order.

    ``text`` is the whole value where it is known, else None; ``str()`` shows symbols as the shell
    would write them, for messages only.
    """

    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(_merged(self.parts)))

    @property
    def text(self) -> str | None:
        if not self.parts:
            return ""
        first = self.parts[0]
        return first if len(self.parts) == 1 and isinstance(first, str) else None

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return tuple(p for p in self.parts if isinstance(p, Symbol))

    @property
    def symbol(self) -> Symbol | None:
        """The symbol that the value is, where it is nothing else."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first if isinstance(first, Symbol) else None

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    def __add__(self, other: Value | str) -> Value:
        return Value((*self.parts, *([other] if isinstance(other, str) else other.parts)))

    def startswith(self, prefix: str) -> bool:
        first = self.parts[0] if self.parts else ""
        return isinstance(first, str) and first.startswith(prefix)

    def partition(self, separator: str) -> tuple[Value, str, Value]:
        """As ``str.partition``, on the first separator in the known text."""
        for index, part in enumerate(self.parts):
            if isinstance(part, str) and separator in part:
                before, found, after = part.partition(separator)
                return (
                    Value((*self.parts[:index], before)),
                    found,
                    Value((after, *self.parts[index + 1 :])),
                )
        return self, "", Value()


def value(*parts: Part) -> Value:
    """The value made of these parts."""
    return Value(parts)


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    known = ""
    for part in parts:
        if isinstance(part, str):
            known += part
            continue
        if known:
            yield known
        known = ""
        yield part
    if known:
        yield known


@dataclass(frozen=True)
class HostPath:
    """A path on the host, made absolute by the reader and then relative to what it lies in.

    ``root`` None: ``path`` is relative to the project ("." is the project itself, ".." leaves
    it). ``root`` "/": an absolute path elsewhere on the host. A ``root`` that is a ``Value`` holds
    a symbol (a temporary directory, ``$HOME``, ``$1``) and ``path`` is relative to it. ``ending``
    keeps what normalising takes off and ``cp`` and ``docker cp`` look at: "", "/" or "/.".
    """

    path: str
    root: Value | None = None
    ending: str = ""

    @property
    def in_project(self) -> bool:
        """Whether the path is known to lie in the project (or to be the project)."""
        return self.root is None and self.path != ".." and not self.path.startswith("../")

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return self.root.symbols if self.root else ()

    def __str__(self) -> str:
        if self.root is None:
            return self.path + self.ending
        base = str(self.root).rstrip("/")
        return (base if self.path == "." else f"{base}/{self.path}") + self.ending


def host_path(written: Value, directory: Value) -> HostPath:
    """What ``written`` names when the working directory is ``directory``.

    ``directory`` starts with the project's symbol, with "/", or with another symbol.
    """
    whole = written
    if not _is_absolute(written):
        whole = directory + "/" + written if written.parts else directory
    last = whole.parts[-1] if whole.parts else ""
    ending = ""
    if isinstance(last, str):
        ending = "/." if last.endswith("/.") or last == "." else "/" if last.endswith("/") else ""
    if written.text in {".", ".."}:
        ending = "/."
    head = whole.parts[0] if whole.parts else "/"
    inside = whole.parts[1:]
    if isinstance(head, Symbol) and all(isinstance(p, str) for p in inside):
        path = normpath("".join(map(str, inside)).strip("/") or ".")
        return HostPath(path, None if head.origin is Origin.PROJECT else Value((head,)), ending)
    if whole.text is not None:
        return HostPath(normpath(whole.text).lstrip("/") or ".", Value(("/",)), ending)
    return HostPath(".", whole, ending)


def _is_absolute(written: Value) -> bool:
    """Whether the path starts with "/", or with a symbol that stands for an absolute path."""
    first = written.parts[0] if written.parts else ""
    if isinstance(first, str):
        return first.startswith("/")
    if first.origin in {Origin.PROJECT, Origin.TEMPORARY}:
        return True
    rest = written.parts[1:2]
    return first.origin is Origin.ENVIRONMENT and (
        not rest or (isinstance(rest[0], str) and rest[0].startswith("/"))
    )
