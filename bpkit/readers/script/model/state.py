"""What is known at a point in a script while it is followed, and what has been seen so far.

The only mutable part of the shell reader, and private to one reading: ``ShellState`` is what a
shell would have in memory (variables, functions, the working directory), ``Log`` what the reading
will return. A subshell gets a copy of the first; a branch that may or may not be taken is followed
with a copy of both (``trial``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from bpkit.errors import InputError, Place
from bpkit.formats.shell import Function, ShellScript, Span
from bpkit.formats.text import Allowance
from bpkit.readers.script.model.docker_actions import Action, Input
from bpkit.readers.script.model.reading import Assumption, Fate, LineFate, ScriptRefusal
from bpkit.readers.script.model.streams import Output, StreamSource, ToTerminal
from bpkit.readers.script.model.values import Origin, Symbol, Value

# Limits of followed commands and of nested calls, above which a script counts as endless.
MOST_COMMANDS = 20_000
DEEPEST_CALL = 40

#: The value of a variable or an array.
Known = Value | tuple[Value, ...]


@dataclass(frozen=True)
class Outcome:
    """How a command ends: ``status`` None is not known, ``assumed`` depends on an assumption.

    ``output`` is what it prints, None if not known.
    """

    status: bool | None = True
    output: Value | None = field(default_factory=Value)
    assumed: bool = False


@dataclass(frozen=True)
class Call:
    """A simple command with its words expanded and its redirections followed."""

    argv: tuple[Value, ...]
    span: Span
    source: StreamSource
    stdin: Input | None
    stdout: Output

    def shifted(self, count: int) -> Call:
        """The call without its first ``count`` words, as a wrapper such as ``sudo`` runs it."""
        return replace(self, argv=self.argv[count:])


@dataclass
class Log:
    """What the reading has found so far.

    The number of ``commands`` followed and the ``allowance`` are shared with all trials.
    """

    actions: list[Action] = field(default_factory=list)
    fates: list[LineFate] = field(default_factory=list)
    refusals: list[ScriptRefusal] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    symbols: int = 0
    commands: list[int] = field(default_factory=lambda: [0])
    allowance: Allowance = field(default_factory=Allowance)

    def copy(self) -> Log:
        return Log(
            list(self.actions),
            list(self.fates),
            list(self.refusals),
            list(self.assumptions),
            self.symbols,
            self.commands,
            self.allowance,
        )


@dataclass(frozen=True)
class ScriptSurroundings:
    """What is known about where the script runs.

    ``environment`` holds the variables set for it, ``arguments`` its arguments. ``directory`` is
    the directory that it is started in, relative to the project. ``files`` maps the project's paths
    to their texts ("" for files that are not text), None if they are not known. ``sh_only``: the
    shell supports POSIX alone.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    directory: str = "."
    files: Mapping[str, str] | None = None
    sh_only: bool = False


@dataclass(frozen=True)
class MaybeLeft:
    """Where a function or loop may have been left, on what condition, and by which words."""

    span: Span
    asked: str
    words: frozenset[str]


@dataclass(frozen=True)
class Defined:
    """A function, and the file that defines it."""

    function: Function
    file: str


@dataclass(frozen=True)
class Frame:
    """What belongs to one call, and is restored at its end.

    ``file`` holds the commands. ``hidden`` holds the outer values of the function's local
    variables, None for one that was not set.
    """

    file: str
    arguments: tuple[Value, ...] = ()
    in_function: bool = False
    depth: int = 0
    hidden: Mapping[str, Known | None] = field(default_factory=dict)

    def hiding(self, name: str, before: Known | None) -> Frame:
        """The frame with ``name`` as a local variable."""
        return replace(self, hidden={name: before, **self.hidden})


@dataclass(frozen=True)
class Streams:
    """Where a command's standard input comes from, and where its output goes."""

    stdin: Input | None = None
    stdout: Output = field(default_factory=ToTerminal)


class Follower(Protocol):
    """Follows commands found inside others; one serves a whole reading."""

    def follow(self, script: ShellScript, state: ShellState) -> Outcome:
        """Follow a script inside a command: ``$(…)``, ``eval``, the body of a loop."""

    def make(self, call: Call, state: ShellState) -> Outcome | None:
        """Follow a call of make; None if its Makefile is not being read."""


@dataclass
class ShellState:
    """A shell's state; see the module's docstring.

    ``files`` are those that the script itself has written, ``directories`` is the stack of pushd.
    ``ended`` is the word that ended the script, function or loop (``exit``, ``return``, ``break``,
    ``continue``), empty while it goes on.
    """

    surroundings: ScriptSurroundings
    follower: Follower
    log: Log
    frame: Frame
    directory: Value
    streams: Streams = field(default_factory=Streams)
    variables: dict[str, Known] = field(default_factory=dict)
    functions: dict[str, Defined] = field(default_factory=dict)
    files: dict[str, Value] = field(default_factory=dict)
    directories: tuple[Value, ...] = ()
    at_exit: ShellScript | None = None
    status: bool | None = True
    ended: str = ""
    maybe_left: MaybeLeft | None = None

    def follow(self, script: ShellScript) -> Outcome:
        """Follow a script in this shell."""
        return self.follower.follow(script, self)

    @property
    def lacks_arguments(self) -> bool:
        """Whether arguments may come from outside, but none were given."""
        frame = self.frame
        return not (frame.in_function or frame.arguments or self.surroundings.arguments)

    def subshell(self) -> ShellState:
        """A copy that shares the log: its actions count, its changes of state don't."""
        return replace(
            self,
            variables=dict(self.variables),
            functions=dict(self.functions),
            ended="",
        )

    def trial(self) -> ShellState:
        """A copy of state and log, to see what a branch would do."""
        return replace(self.subshell(), log=self.log.copy(), files=dict(self.files))

    def adopt(self, other: ShellState) -> None:
        """Take over the state of the copy ``other``, in place if the log and files are shared."""
        for name, found in vars(other).items():
            if name not in {"log", "files"}:
                setattr(self, name, found)
        vars(self.log).update(vars(other.log.copy()))
        files = dict(other.files)
        self.files.clear()
        self.files.update(files)

    def place(self, line: int) -> Place:
        return Place(self.frame.file, line)

    def fate(self, span: Span, fate: Fate, why: str) -> None:
        """Record what becomes of the command at ``span``."""
        place = self.place(span.line)
        self.log.fates.append(LineFate(place, span.text, fate, why, span.end_line))

    def refuse(self, span: Span, message: str, hint: str) -> None:
        """Record that the command at ``span`` can't be followed."""
        self.log.refusals.append(ScriptRefusal(self.place(span.line), message, hint))
        self.fate(span, Fate.REFUSED, message)

    def assume(self, line: int, message: str, *, is_choice: bool = False) -> None:
        assumption = Assumption(self.place(line), message, is_choice)
        if assumption not in self.log.assumptions:
            self.log.assumptions.append(assumption)

    def count(self, span: Span) -> None:
        """Count a command. Raises InputError if there are too many for a script that ends."""
        self.log.allowance.place = self.place(span.line)
        self.log.commands[0] += 1
        if self.log.commands[0] > MOST_COMMANDS:
            raise InputError(
                f"the script has not ended after {MOST_COMMANDS} commands",
                place=self.place(span.line),
                hint="bpkit follows every branch and loop; pass a simpler script",
            )

    def take(self, steps: int = 1, size: int = 0) -> None:
        """Count an expansion before it is made. Raises TooMuchError."""
        self.log.allowance.take(steps, size)

    def new_symbol(self, origin: Origin, name: str, line: int) -> Symbol:
        """A symbol that is equal to no other."""
        self.log.symbols += 1
        return Symbol(origin, f"{name} {self.log.symbols}", self.place(line))

    def file_text(self, path: str) -> str | None:
        """The text of a file in the project; None if it doesn't exist or isn't known."""
        files = self.surroundings.files
        return None if files is None else files.get(path)
