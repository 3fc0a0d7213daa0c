"""The value of ``$NAME`` and ``${NAME…}``.

A variable that the script never sets comes from the environment. Where it matters whether it is set
(``${X:-y}``), it counts as unset unless the caller gave it: the script is read as it runs when
started plainly. The same goes for arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bpkit.formats.shell import (
    Literal,
    Parameter,
    Piece,
    Word,
    replaced,
    without_prefix,
    without_suffix,
)
from bpkit.readers.script.follow.written import edited, settable
from bpkit.readers.script.model.state import ShellState
from bpkit.readers.script.model.values import Default, Origin, Symbol, Value, value

ExpandText = Callable[[Word, ShellState], Value]
_OUTSIDE = frozenset({Origin.ENVIRONMENT, Origin.ARGUMENT})


def assumed_text(found: Value) -> str | None:
    """The text if values from outside are assumed empty; None if it still isn't known."""
    if any(symbol.origin not in _OUTSIDE for symbol in found.symbols):
        return None
    return "".join(
        part if isinstance(part, str) else "0" if part.name == "#" else "" for part in found.parts
    )


def parameter_values(part: Parameter, state: ShellState, expand: ExpandText) -> tuple[Value, ...]:
    """The values of the expansion: more than one only for ``$@`` and whole arrays."""
    whole = _list(part, state)
    if whole is not None:
        if part.operator == "length":
            return (value(str(len(whole))),)
        if not whole and part.operator in {":-", "-"} and part.argument:
            return (expand(part.argument, state),)
        if part.operator in {":+", "+"} and part.argument:
            return (expand(part.argument, state),) if whole else ()
        return whole
    found = _scalar(part, state)
    return (_modified(part, found, state, expand),)


def _list(part: Parameter, state: ShellState) -> tuple[Value, ...] | None:
    """The items, if the expansion is of a list."""
    if part.name in {"@", "*"}:
        joined = part.name == "*" and part.quoted
        return (_joined(state.frame.arguments),) if joined else state.frame.arguments
    if part.index in {"@", "*"}:
        items = state.variables.get(part.name, ())
        items = items if isinstance(items, tuple) else (items,)
        return (_joined(items),) if part.index == "*" and part.quoted else items
    return None


def _joined(items: tuple[Value, ...]) -> Value:
    result = Value()
    for number, item in enumerate(items):
        result += item if number == 0 else value(" ") + item
    return result


def _scalar(part: Parameter, state: ShellState) -> Value | None:
    """The value: None for an unset variable, a symbol if it isn't known."""
    if part.operator in {"unreadable", "indirect"}:
        return value(Symbol(Origin.COMMAND, part.name, state.place(part.line)))
    name = part.name
    if name.isdigit():
        return _argument(int(name), state)
    special = _special(name, part, state)
    if special is not None:
        return special
    known = state.variables.get(name)
    if isinstance(known, tuple):
        index = part.index or "0"
        if not re.fullmatch(r"[0-9]+", index):
            return value(Symbol(Origin.COMMAND, f"{name}[{index}]", state.place(part.line)))
        return known[int(index)] if int(index) < len(known) else value()
    return known


def _argument(number: int, state: ShellState) -> Value | None:
    if number == 0:
        return script_path(state)
    if number <= len(state.frame.arguments):
        return state.frame.arguments[number - 1]
    return value() if state.frame.in_function else None


def script_path(state: ShellState) -> Value:
    """``$0``: the script's path below the project."""
    return value(Symbol(Origin.PROJECT, "project"), f"/{state.frame.file}")


def _special(name: str, part: Parameter, state: ShellState) -> Value | None:
    match name:
        case "#":
            if state.lacks_arguments:
                return value(Symbol(Origin.ARGUMENT, "#", state.place(part.line)))
            return value(str(len(state.frame.arguments)))
        case "?":
            if state.status is None:
                return value(Symbol(Origin.UNDECIDED, "$?", state.place(part.line)))
            return value("0" if state.status else "1")
        case "PWD":
            return state.directory
        case "BASH_SOURCE":
            return script_path(state)
        case "$" | "!" | "-" | "RANDOM" | "_":
            return value(Symbol(Origin.COMMAND, f"${name}", state.place(part.line)))
    return None


def _outside(part: Parameter, state: ShellState) -> Value:
    """The symbol for a variable or an argument that nothing has set."""
    origin = Origin.ARGUMENT if part.name.isdigit() else Origin.ENVIRONMENT
    return value(Symbol(origin, part.name, state.place(part.line)))


def _modified(part: Parameter, found: Value | None, state: ShellState, expand: ExpandText) -> Value:
    operator, argument = part.operator, part.argument or Word((), "", part.line)
    if operator in {":-", "-", ":=", "="}:
        return _defaulted(part, found, state, expand)
    if operator in {":+", "+"}:
        is_set = found is not None and (operator == "+" or found.text != "")
        return expand(argument, state) if is_set and not _from_outside(found) else value()
    if operator in {":?", "?"} and (found is None or found.text == ""):
        return _outside(part, state)
    if found is None:
        found = _outside(part, state)
    if operator in {"", ":?", "?", "unreadable", "indirect"}:
        return found
    if operator == "length":
        return value(str(len(found.text))) if found.text is not None else _whole(part, found, state)
    return _edited(part, found, state, expand)


def replacement(part: Parameter, state: ShellState) -> Word | None:
    """The word that ``${x:-word}`` or ``${x:+word}`` stands for, with its own quotes; else None."""
    if part.operator not in {":-", "-", ":+", "+"} or part.argument is None:
        return None
    found = (_list(part, state) or None) if part.name in {"@", "*"} else _scalar(part, state)
    if isinstance(found, tuple):
        found = value("set")
    empty_counts = part.operator.startswith(":")
    missing = found is None or _from_outside(found) or (empty_counts and found.text == "")
    if missing is not part.operator.endswith("-"):
        return None
    if missing and not re.search(r"[\s\"']", part.argument.text):
        # A single word can stay a value for the user to set.
        return None
    if missing and (found is None or found.symbol):
        outside = found.symbol if found is not None else f"${{{part.name}}}"
        state.assume(part.line, f"{outside} is not set")
    return part.argument


def _from_outside(found: Value | None) -> bool:
    symbol = found.symbol if found is not None else None
    return symbol is not None and symbol.origin in _OUTSIDE


def _defaulted(
    part: Parameter, found: Value | None, state: ShellState, expand: ExpandText
) -> Value:
    empty_counts = part.operator.startswith(":")
    is_missing = found is None or _from_outside(found) or (empty_counts and found.text == "")
    if found is not None and not is_missing:
        return found
    chosen = expand(part.argument, state) if part.argument else value()
    if found is None or _from_outside(found):
        name = found.symbol.name if found is not None and found.symbol else part.name
        if chosen.text == "":
            state.assume(part.line, f"${{{name}}} is not set")
        chosen = settable(name, ":-" if empty_counts or found else "-", chosen, state, part.line)
    if part.operator.endswith("="):
        state.variables[part.name] = chosen
    return chosen


def _whole(part: Parameter, found: Value, state: ShellState) -> Value:
    """A symbol for an edited value that isn't known; equal edits give equal symbols."""
    argument = part.argument.text if part.argument else ""
    operator = "#" if part.operator == "length" else part.operator
    name = f"{found}{operator}{argument}"
    shell = None if part.operator == "length" else edited(found, operator, argument)
    return value(Symbol(Origin.COMMAND, name, state.place(part.line), shell))


def _edited(part: Parameter, found: Value, state: ShellState, expand: ExpandText) -> Value:
    """The edited value; one that the user may set stays a default."""
    result = _followed_edit(part, found, state, expand)
    if not found.defaults or result == found:
        return found if result == found else result
    if result.text is None:
        return _whole(part, found, state)
    argument = part.argument.text if part.argument else ""
    first = found.defaults[0]
    return value(Default(result.text, first.name, edited(found, part.operator, argument)))


def _followed_edit(part: Parameter, found: Value, state: ShellState, expand: ExpandText) -> Value:
    """``%``, ``#``, ``/``, ``:``, ``^`` and ``,`` on the known text, or on its last part."""
    argument = part.argument or Word((), "", part.line)
    operator = part.operator
    last = found.parts[-1] if found.parts else ""
    if isinstance(last, Symbol):
        return _whole(part, found, state)
    if operator in {"^", "^^", ",", ",,"} and found.text is not None:
        return value(_cased(found.text, operator))
    if operator == ":":
        return _substring(part, found, state, expand)
    if operator in {"/", "//"}:
        return _replaced(part, found, state, expand)
    pieces = pieces_of(argument, state, expand)
    if pieces is None or operator not in {"%", "%%", "#", "##"}:
        return _whole(part, found, state)
    longest = len(operator) == 2
    if operator[0] == "%":
        cut = without_suffix(last, pieces, longest=longest)
        if cut == last and found.text is None:
            return _whole(part, found, state)
        return Value((*found.parts[:-1], cut))
    if found.text is not None:
        return value(without_prefix(last, pieces, longest=longest))
    # Leading symbols are assumed to be part of a path: "##*/" cuts them off.
    cut = without_prefix(last, pieces, longest=longest)
    starred = pieces[0][0].startswith("*") and not pieces[0][1]
    return value(cut) if longest and starred and cut != last else _whole(part, found, state)


def _cased(text: str, operator: str) -> str:
    change = str.upper if operator[0] == "^" else str.lower
    return change(text) if len(operator) == 2 else change(text[:1]) + text[1:]


def _substring(part: Parameter, found: Value, state: ShellState, expand: ExpandText) -> Value:
    bounds = expand(part.argument, state).text if part.argument else None
    numbers = re.fullmatch(r"\s*(-?\d+)(?::(-?\d+))?", bounds or "")
    if numbers is None or found.text is None:
        return _whole(part, found, state)
    start = int(numbers.group(1))
    rest = found.text[start:]
    length = numbers.group(2)
    return value(rest if length is None else rest[: int(length)])


def _replaced(part: Parameter, found: Value, state: ShellState, expand: ExpandText) -> Value:
    argument = part.argument or Word((), "", part.line)
    pieces = pieces_of(argument, state, expand)
    if pieces is None or found.text is None:
        return _whole(part, found, state)
    pattern: list[Piece] = []
    for index, (text, quoted) in enumerate(pieces):
        before, slash, after = text.partition("/") if not quoted or "/" in text else (text, "", "")
        pattern.append((before, quoted))
        if slash:
            new = after + "".join(piece for piece, _ in pieces[index + 1 :])
            return value(replaced(found.text, pattern, new, every=part.operator == "//"))
    return value(replaced(found.text, pattern, "", every=part.operator == "//"))


def pieces_of(word: Word, state: ShellState, expand: ExpandText) -> tuple[Piece, ...] | None:
    """The word as a pattern; None if a part of it isn't known."""
    pieces: list[Piece] = []
    for part in word.parts:
        quoted = getattr(part, "quoted", False)
        if isinstance(part, Literal):
            pieces.append((part.text, quoted))
            continue
        text = expand(Word((part,), word.text, word.line), state).text
        if text is None:
            return None
        pieces.append((text, quoted))
    return tuple(pieces)
