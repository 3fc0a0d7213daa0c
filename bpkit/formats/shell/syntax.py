"""The syntax of a shell script as a tree: commands, words and the parts of words.

Made by ``bpkit.formats.shell.parser``. Every node has its lines, counted from 1, and commands
have their source text; the readers give them a meaning.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Literal:
    """Literal text; ``quoted`` text is neither split nor a pattern, and may be empty."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class Parameter:
    """``$NAME`` or ``${NAME…}``.

    ``operator`` is one of ``:- - := = :? ? :+ + % %% # ## / // ^ ^^ , ,, :`` or "" for none,
    "length" for ``${#NAME}``, "indirect" for ``${!NAME}``, "unreadable" for all else, with the
    whole in ``argument``. ``index`` is what is in ``[ ]`` of an array.
    """

    name: str
    operator: str = ""
    argument: Word | None = None
    quoted: bool = False
    line: int = 0
    index: str | None = None


@dataclass(frozen=True)
class Substitution:
    """``$(…)`` or backquotes: a script in itself. ``text`` is the text between them."""

    script: ShellScript
    text: str
    quoted: bool
    line: int


@dataclass(frozen=True)
class Arithmetic:
    """``$((…))``, not parsed."""

    text: str
    quoted: bool
    line: int


@dataclass(frozen=True)
class ProcessSubstitution:
    """``<(…)`` or ``>(…)``."""

    text: str
    line: int


WordPart = Literal | Parameter | Substitution | Arithmetic | ProcessSubstitution


@dataclass(frozen=True)
class Word:
    """A word, its parts glued together; ``text`` is its source."""

    parts: tuple[WordPart, ...]
    text: str
    line: int

    @property
    def bare(self) -> str | None:
        """The word if it is only unquoted text: a keyword, an operator."""
        if len(self.parts) != 1:
            return None
        part = self.parts[0]
        return part.text if isinstance(part, Literal) and not part.quoted else None


@dataclass(frozen=True)
class Assignment:
    """``NAME=word``, ``NAME+=word`` or ``NAME=(words)``; ``items`` is of an array, else None."""

    name: str
    word: Word
    append: bool = False
    items: tuple[Word, ...] | None = None


@dataclass(frozen=True)
class Redirect:
    """``operator`` is one of ``< > >> >| <> <& >& &> &>> << <<< ``; a heredoc's body is ``word``.

    ``descriptor`` is the number in front, or the operator's own default.
    """

    operator: str
    descriptor: int
    word: Word


@dataclass(frozen=True)
class Span:
    """A command's place, and its source text."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True)
class Simple:
    """Assignments, a command's words and its redirections; ``[[ … ]]`` is one too."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    span: Span


@dataclass(frozen=True)
class Pipeline:
    commands: tuple[Command, ...]
    negated: bool
    span: Span


@dataclass(frozen=True)
class Chain:
    """``first && second || third``: each of ``rest`` with the operator in front of it."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...]
    background: bool
    span: Span


@dataclass(frozen=True)
class ShellScript:
    """Commands one after the other."""

    chains: tuple[Chain, ...]


@dataclass(frozen=True)
class If:
    """``branches`` are conditions with what follows ``then``; the last may be an ``else``."""

    branches: tuple[tuple[ShellScript, ShellScript], ...]
    otherwise: ShellScript | None
    redirects: tuple[Redirect, ...]
    span: Span


@dataclass(frozen=True)
class For:
    """``words`` None: over the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: ShellScript
    redirects: tuple[Redirect, ...]
    span: Span


@dataclass(frozen=True)
class While:
    condition: ShellScript
    body: ShellScript
    until: bool
    redirects: tuple[Redirect, ...]
    span: Span


@dataclass(frozen=True)
class Arm:
    """One arm of a ``case``; ``falls`` for ``;&`` and ``;;&``."""

    patterns: tuple[Word, ...]
    body: ShellScript
    falls: bool = False


@dataclass(frozen=True)
class Case:
    word: Word
    arms: tuple[Arm, ...]
    redirects: tuple[Redirect, ...]
    span: Span


@dataclass(frozen=True)
class Function:
    name: str
    body: Command
    span: Span


@dataclass(frozen=True)
class BraceGroup:
    """``{ … }``, or with ``subshell`` ``( … )``."""

    body: ShellScript
    subshell: bool
    redirects: tuple[Redirect, ...]
    span: Span


@dataclass(frozen=True)
class Unreadable:
    """Bash syntax that isn't read here: ``(( … ))``, ``select``, ``for ((…))``."""

    what: str
    span: Span


Command = Simple | If | For | While | Case | Function | BraceGroup | Unreadable
