"""Values in a script that hasn't been run: text if known, a symbol if not.

A reader of scripts follows variables as a shell would, but has no machine to query. What the script
takes from outside (its arguments, the environment, the output of ``git`` or ``date``, a container's
id) becomes a ``Symbol`` in the value's text. Two uses of the same symbol are equal, so an image
tagged ``app:$(git rev-parse HEAD)`` is recognized when a later command names it.

What the script lets its user choose (``${TAG:-latest}``) is a ``Default``: text while the script is
followed, and the script's own expression when a command or a Dockerfile is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from posixpath import normpath

from bpkit.core import quote
from bpkit.errors import Place


class Origin(Enum):
    """The origin of a value that isn't in the text."""

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

    ``name`` is the variable's name, the argument's number, the command's text, or the reader's own
    name for a container or image that the script makes. ``place`` is where the value is first used,
    ``shell`` the expression that gives the value in another shell, between double quotes (None if
    only the script itself can), ``variable`` the variable that the script keeps it in. These three
    aren't part of the symbol's identity.
    """

    origin: Origin
    name: str
    place: Place = field(default=Place("-"), compare=False)
    shell: str | None = field(default=None, compare=False)
    variable: str = field(default="", compare=False)

    def __str__(self) -> str:
        match self.origin:
            case Origin.ENVIRONMENT | Origin.ARGUMENT:
                return f"${{{self.name}}}"
            case Origin.PROJECT:
                return "$(pwd)"
            case _:
                return f"$({self.name})"

    @property
    def words(self) -> str | None:
        """The expression for the value in a shell that runs in the project; None without one."""
        if self.shell is not None:
            return self.shell
        if self.origin in {Origin.ENVIRONMENT, Origin.ARGUMENT, Origin.PROJECT}:
            return str(self)
        return None


class Default(str):
    """Text that applies unless the user of the script sets ``name``.

    ``shell`` is the expression for the value between double quotes (``${TAG:-latest}``), None if
    the text was edited since. ``variable`` is the variable that the script keeps it in.
    """

    name: str
    shell: str | None
    variable: str

    def __new__(cls, text: str, name: str, shell: str | None = None, variable: str = "") -> Default:
        made = super().__new__(cls, text)
        made.name, made.shell, made.variable = name, shell, variable
        return made


Part = str | Symbol


@dataclass(frozen=True)
class Value:
    """A word's value: its known text and its symbols, in order.

    ``text`` is the whole value if it is known, else None. ``str()`` shows symbols in shell syntax,
    for messages only. ``word`` is the value as a word of a shell command.
    """

    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(_merged(self.parts)))

    @property
    def text(self) -> str | None:
        known = [part for part in self.parts if isinstance(part, str)]
        return "".join(known) if len(known) == len(self.parts) else None

    @property
    def defaults(self) -> tuple[Default, ...]:
        """The parts that the user of the script may set."""
        return tuple(p for p in self.parts if isinstance(p, Default))

    @property
    def is_outside(self) -> bool:
        """Whether a part of it comes from whoever runs the script, set or unset."""
        return any(re.fullmatch(r"\w+", d.name) for d in self.defaults) or any(
            s.origin in {Origin.ENVIRONMENT, Origin.ARGUMENT} for s in self.symbols
        )

    @property
    def is_open(self) -> bool:
        """Whether a part of it depends on the script's user or on a run."""
        return any(isinstance(p, Symbol | Default) for p in self.parts)

    @property
    def word(self) -> str:
        """The value as one word of a command.

        A part that only the script can compute becomes ``${NAME:?}``, which stops the command if
        NAME is not set.
        """
        if not self.is_open:
            return quote(self.text or "")
        return '"' + "".join(map(_between_quotes, self.parts)) + '"'

    @property
    def unwritable(self) -> tuple[Symbol, ...]:
        """The symbols that ``word`` can only name."""
        return tuple(s for s in self.symbols if s.words is None)

    @property
    def size(self) -> int:
        """The number of characters, counting a symbol as its name's."""
        return sum(len(p if isinstance(p, str) else p.name) for p in self.parts)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return tuple(p for p in self.parts if isinstance(p, Symbol))

    @property
    def symbol(self) -> Symbol | None:
        """The symbol, if the value consists of one alone."""
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
        """Like ``str.partition``, at the first separator in the known text."""
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


def kept_in(variable: str, found: Value) -> Value:
    """The value with the name of the script's variable added to its open parts."""

    def named(part: Part) -> Part:
        if not isinstance(part, Symbol | Default) or part.variable or len(found.parts) > 1:
            return part
        if isinstance(part, Symbol):
            return replace(part, variable=variable)
        return Default(part, part.name, part.shell, variable)

    return Value(tuple(map(named, found.parts))) if found.is_open else found


def identifier(found: Symbol | Default) -> str:
    """A valid name of a variable for the value."""
    name = found.variable or re.sub(r"\W+", "_", found.name).strip("_")[:40]
    return name if re.match(r"[A-Za-z_]", name) else f"ARG_{name}"


def _between_quotes(part: Part) -> str:
    if isinstance(part, Symbol):
        return part.words if part.words is not None else f"${{{identifier(part)}:?}}"
    if isinstance(part, Default) and part.shell is not None:
        return part.shell
    return re.sub(r'(["$`\\])', r"\\\1", part)


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    known = ""
    for part in parts:
        if isinstance(part, str) and not isinstance(part, Default):
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
    """A path on the host, made absolute by the reader and then relative to its root.

    If ``root`` is None, ``path`` is relative to the project ("." is the project itself, ".." leaves
    it). If it is "/", ``path`` is elsewhere on the host. A ``root`` that is a ``Value`` holds a
    symbol (a temporary directory, ``$HOME``, ``$1``), and ``path`` is relative to it. ``ending`` is
    the ending that normalizing removes and that ``cp`` and ``docker cp`` heed: "", "/" or "/.".
    ``defaults`` are those that the path was made from.
    """

    path: str
    root: Value | None = None
    ending: str = ""
    defaults: tuple[Default, ...] = field(default=(), compare=False)

    @property
    def in_project(self) -> bool:
        """Whether the path is known to be in the project (or to be the project)."""
        return self.root is None and self.path != ".." and not self.path.startswith("../")

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return self.root.symbols if self.root else ()

    @property
    def open_symbol(self) -> Symbol:
        """The symbol that the path depends on, preferably not the project's."""
        others = [one for one in self.symbols if one.origin is not Origin.PROJECT]
        return (others or list(self.symbols))[-1]

    def __str__(self) -> str:
        if self.root is None:
            return self.path + self.ending
        base = str(self.root).rstrip("/")
        return (base if self.path == "." else f"{base}/{self.path}") + self.ending


def host_path(written: Value, directory: Value) -> HostPath:
    """The path that ``written`` names in the working directory ``directory``.

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
    defaults = whole.defaults
    if isinstance(head, Symbol) and all(isinstance(p, str) for p in inside):
        path = normpath("".join(map(str, inside)).strip("/") or ".")
        root = None if head.origin is Origin.PROJECT else Value((head,))
        return HostPath(path, root, ending, defaults)
    if whole.text is not None:
        path = normpath(whole.text).lstrip("/") or "."
        return HostPath(path, Value(("/",)), ending, defaults)
    return HostPath(".", whole, ending, defaults)


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
