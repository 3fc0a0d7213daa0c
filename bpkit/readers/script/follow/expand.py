"""Expand a word of a script to its values (POSIX 2.6); a value that isn't known stays a symbol.

Unquoted expansions are split at blanks (or at the characters of a known ``IFS``), file name
patterns are expanded only if the project's files are known, braces only for bash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod

from bpkit.formats.shell import (
    Arithmetic,
    Literal,
    Parameter,
    Piece,
    ProcessSubstitution,
    Substitution,
    Word,
    WordPart,
    has_pattern,
    matching_paths,
)
from bpkit.readers.script.follow.parameters import parameter_values, pieces_of, replacement
from bpkit.readers.script.follow.written import outside_script
from bpkit.readers.script.model.state import ShellState
from bpkit.readers.script.model.streams import ToCommand
from bpkit.readers.script.model.values import Default, Origin, Symbol, Value, host_path, value

# What is expanded in unquoted text: braces, a pattern, a home directory.
_CHANGES = re.compile(r"[{*?\[~]")
_BRACES = re.compile(r"\{([^{}\s]*,[^{}\s]*|-?[0-9]+\.\.-?[0-9]+)\}")


def expand(words: Sequence[Word], state: ShellState) -> tuple[Value, ...]:
    """The fields that the words expand to: none for an empty expansion, several for a list."""
    found: list[Value] = []
    for word in words:
        text = word.bare
        if text and not _CHANGES.search(text):
            # Most words are plain text, which needs no expansion.
            state.take(1, len(text))
            found.append(Value((text,)))
            continue
        for braced in _braces(word, state):
            found += (_counted(one, state) for one in _fields(braced, state))
    return tuple(found)


def _counted(found: Value, state: ShellState) -> Value:
    state.take(1, found.size)
    return found


def expand_text(word: Word, state: ShellState) -> Value:
    """The word as one value, neither split nor matched: an assignment's, a redirection's."""
    result = Value()
    for index, part in enumerate(word.parts):
        for number, found in enumerate(_part_values(part, state, first=index == 0)):
            # Its growth is counted: a value doubled thirty times has ten gigabytes.
            state.take(1, result.size + found.size)
            result += found if number == 0 else value(" ") + found
    return result


def expand_pattern(word: Word, state: ShellState) -> tuple[Piece, ...] | None:
    """The word as a pattern, for ``case`` and ``[[``; None if it isn't known."""
    return pieces_of(word, state, expand_text)


@dataclass
class _Field:
    """A field under construction, and which of its parts are quoted."""

    parts: list[str | Symbol] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    present: bool = False

    def add(self, part: str | Symbol, *, quoted: bool) -> None:
        self.parts.append(part)
        self.pieces.append((str(part), quoted or isinstance(part, Symbol)))
        self.present = self.present or quoted or part != ""


def _fields(word: Word, state: ShellState) -> Iterable[Value]:
    fields = [_Field()]
    _add_parts(word.parts, fields, state, inner=False)
    for done in fields:
        if done.present:
            yield from _paths(done, state)


def _add_parts(
    parts: Sequence[WordPart], fields: list[_Field], state: ShellState, *, inner: bool
) -> None:
    """Add the values of the parts; ``inner`` ones come from an expansion and are split."""
    lists = [part for part in parts if isinstance(part, Parameter) and part.name == "@"]
    for index, part in enumerate(parts):
        quoted = isinstance(part, ProcessSubstitution) or part.quoted
        if isinstance(part, Parameter) and not quoted and (word := replacement(part, state)):
            _add_parts(word.parts, fields, state, inner=True)
            continue
        if lists and part == Literal("", quoted=True):
            # An empty "$@" vanishes, although it is quoted.
            continue
        for number, found in enumerate(_part_values(part, state, first=index == 0)):
            if number:
                fields.append(_Field())
            if quoted or (isinstance(part, Literal) and not inner):
                for piece in found.parts or ("",):
                    fields[-1].add(piece, quoted=quoted)
            else:
                _split(found, fields, state)


def _split(found: Value, fields: list[_Field], state: ShellState) -> None:
    """Add the value of an unquoted expansion, cut into fields at blanks."""
    separators = state.variables.get("IFS")
    known = separators.text if isinstance(separators, Value) else None
    blanks = " \t\n" if known is None else known
    for part in found.parts:
        is_one = isinstance(part, Default) and not any(blank in part for blank in blanks)
        if isinstance(part, Symbol) or is_one or not blanks:
            fields[-1].add(part, quoted=False)
            continue
        for number, piece in enumerate(re.split(f"[{re.escape(blanks)}]+", part)):
            if number and fields[-1].present:
                fields.append(_Field())
            fields[-1].add(piece, quoted=False)


def _paths(done: _Field, state: ShellState) -> Iterable[Value]:
    """The field, or the paths that it matches if it is a pattern and the files are known."""
    whole = Value(tuple(done.parts))
    files = state.surroundings.files
    if files is None or whole.text is None or not has_pattern(done.pieces):
        return (whole,)
    here = host_path(value("."), state.directory)
    if not here.in_project or whole.text.startswith(("/", "../")):
        return (whole,)
    prefix = "" if here.path == "." else here.path + "/"
    inside = [path[len(prefix) :] for path in files if path.startswith(prefix)]
    dotted = whole.text.startswith("./")
    pieces = [(done.pieces[0][0].removeprefix("./"), done.pieces[0][1]), *done.pieces[1:]]
    found = matching_paths(pieces, inside)
    return [value("./" + path if dotted else path) for path in found] or (whole,)


def _part_values(part: WordPart, state: ShellState, *, first: bool) -> tuple[Value, ...]:
    match part:
        case Literal(text, quoted):
            if first and not quoted and text.startswith("~") and text[1:2] in {"", "/"}:
                return (_home(state) + text[1:],)
            return (value(text),)
        case Parameter():
            return parameter_values(part, state, expand_text)
        case Substitution():
            return (substitute(part, state),)
        case Arithmetic(text, _, line):
            return (_arithmetic(text, line, state),)
        case ProcessSubstitution(text, line):
            return (value(Symbol(Origin.COMMAND, text, state.place(line))),)


def _home(state: ShellState) -> Value:
    known = state.variables.get("HOME")
    return known if isinstance(known, Value) else value(Symbol(Origin.ENVIRONMENT, "HOME"))


def substitute(part: Substitution, state: ShellState) -> Value:
    """The output of ``$(…)``, followed in a subshell; a symbol with its text if not known."""
    state.take(1, len(part.text))
    inner = state.subshell()
    inner.streams = replace(inner.streams, stdout=ToCommand(f"$({part.text})"))
    printed = inner.follow(part.script)
    state.status = printed.status
    own = outside_script(part.text, state)
    if printed.output is None:
        return value(Symbol(Origin.COMMAND, part.text, state.place(part.line), own))
    found = without_line_ends(printed.output)
    if found.text is not None and not found.is_open and re.match(r"\s*(?:cat\s|<)", part.text):
        # A project file's present content; the command stays, so that it is read again each time.
        return value(Default(found.text, part.text, own))
    return found


def without_line_ends(printed: Value) -> Value:
    """What a command substitution makes of output: its last line ends are dropped."""
    last = printed.parts[-1] if printed.parts else ""
    if isinstance(last, str) and last.endswith("\n"):
        return Value((*printed.parts[:-1], last.rstrip("\n")))
    return printed


def _arithmetic(text: str, line: int, state: ShellState) -> Value:
    """The result of plain arithmetic on known numbers; a symbol for anything else."""

    def number(name: re.Match[str]) -> str:
        known = state.variables.get(name.group(1))
        return (known.text if isinstance(known, Value) else None) or "?"

    plain = re.sub(r"\$?\{?\b([A-Za-z_]\w*)\}?", number, text)
    terms = re.fullmatch(r"\s*(-?\d+)((?:\s*[-+*]\s*\d+)?)\s*", plain)
    if terms is None:
        return value(Symbol(Origin.COMMAND, f"({text})", state.place(line)))
    left, rest = int(terms.group(1)), terms.group(2).strip()
    if not rest:
        return value(str(left))
    right = int(rest[1:])
    results = {"+": left + right, "-": left - right, "*": left * right}
    return value(str(results[rest[0]]))


def _braces(word: Word, state: ShellState) -> Iterable[Word]:
    """The words that ``{a,b}`` and ``{1..3}`` expand to; sh supports neither."""
    if state.surroundings.sh_only:
        return (word,)
    choices: list[list[Literal] | list[WordPart]] = []
    for part in word.parts:
        if not isinstance(part, Literal) or part.quoted or not _BRACES.search(part.text):
            choices.append([part])
            continue
        # Cut at each pair of braces: text, choice, text, …
        for index, piece in enumerate(_BRACES.split(part.text)):
            if index % 2:
                state.take(_count(piece))
            choices.append([Literal(x) for x in (_choice(piece) if index % 2 else [piece])])
    words = prod(map(len, choices))
    state.take(words * len(choices), words * len(word.text))
    if all(len(choice) == 1 for choice in choices):
        return (word,)
    return [Word(tuple(parts), word.text, word.line) for parts in product(*choices)]


def _count(content: str) -> int:
    """The number of words that the choice in braces expands to."""
    if "," in content:
        return content.count(",") + 1
    first, last = (int(end) for end in content.split(".."))
    return abs(last - first) + 1


def _choice(content: str) -> list[str]:
    if "," in content:
        return content.split(",")
    first, last = (int(end) for end in content.split(".."))
    step = 1 if last >= first else -1
    return [str(number) for number in range(first, last + step, step)]
