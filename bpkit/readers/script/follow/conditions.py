"""Evaluate ``test``, ``[`` and ``[[`` if the script and the project decide the result.

A value from outside counts as not set, and the result records that it rests on this assumption. A
value that only a run would know has no result (None).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import basename, normpath

from bpkit.formats.shell import matches
from bpkit.readers.script.follow.parameters import assumed_text
from bpkit.readers.script.model.docker_actions import BuildImage, CopyOut, Create, RunContainer
from bpkit.readers.script.model.host_actions import RemoveHost
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Outcome, ShellState
from bpkit.readers.script.model.values import HostPath, Origin, Value, host_path

_UNKNOWN = Outcome(None)
_NUMBERS = {
    "-eq": int.__eq__,
    "-ne": int.__ne__,
    "-lt": int.__lt__,
    "-le": int.__le__,
    "-gt": int.__gt__,
    "-ge": int.__ge__,
}
_FILE_TESTS = frozenset({"-e", "-f", "-d", "-r", "-s", "-x", "-w", "-L", "-h", "-S", "-a"})


def test(argv: Sequence[Value], state: ShellState) -> Outcome:
    """The outcome of the command ``argv``, whose first word is ``test``, ``[`` or ``[[``."""
    name = argv[0].text
    words = tuple(argv[1:])
    closing = {"[": "]", "[[": "]]"}.get(name or "")
    if closing:
        if not words or words[-1].text != closing:
            return _UNKNOWN
        words = words[:-1]
    reader = _Reader(words, state, double=name == "[[")
    answer = reader.either()
    return answer if reader.at == len(words) else _UNKNOWN


@dataclass
class _Reader:
    """Reads an expression of ``test`` by operator precedence."""

    words: tuple[Value, ...]
    state: ShellState
    double: bool
    at: int = 0

    def _next(self) -> str | None:
        return self.words[self.at].text if self.at < len(self.words) else None

    def either(self) -> Outcome:
        answer = self.both()
        while self._next() == ("||" if self.double else "-o"):
            self.at += 1
            answer = _or(answer, self.both())
        return answer

    def both(self) -> Outcome:
        answer = self.negated()
        while self._next() == ("&&" if self.double else "-a"):
            self.at += 1
            answer = negation(_or(negation(answer), negation(self.negated())))
        return answer

    def negated(self) -> Outcome:
        left = len(self.words) - self.at
        if self._next() == "!" and left > 1:
            self.at += 1
            return negation(self.negated())
        if self._next() == "(" and left > 2:
            self.at += 1
            answer = self.either()
            self.at += 1
            return answer
        return self.primary()

    def primary(self) -> Outcome:
        words = self.words[self.at :]
        if not words:
            return Outcome(False)
        operator = words[1].text if len(words) > 2 else None
        if operator is not None and (operator in _NUMBERS or operator in _COMPARISONS):
            self.at += 3
            return self.compared(words[0], operator, words[2])
        unary = words[0].text
        if unary is not None and len(words) > 1 and re.fullmatch(r"-[a-zA-Z]", unary):
            self.at += 2
            return _unary(unary, words[1], self.state)
        self.at += 1
        return _not_empty(words[0], self.state)

    def compared(self, left: Value, operator: str, right: Value) -> Outcome:
        if left == right and operator in {"=", "==", "!="}:
            return Outcome(operator != "!=")
        a, b = _comparable(left, self.state), _comparable(right, self.state)
        if a is None or b is None or operator in {"-nt", "-ot", "-ef", "<", ">"}:
            return _UNKNOWN
        assumed = bool(left.symbols or right.symbols or left.is_outside or right.is_outside)
        if operator in _NUMBERS:
            if not (re.fullmatch(r"-?[0-9]+", a) and re.fullmatch(r"-?[0-9]+", b)):
                return _UNKNOWN
            return Outcome(_NUMBERS[operator](int(a), int(b)), assumed=assumed)
        if operator == "=~":
            return _regular(a, b, assumed=assumed)
        equal = matches([(b, False)], a) if self.double and re.search(r"[*?\[]", b) else a == b
        return Outcome(equal == (operator != "!="), assumed=assumed)


_COMPARISONS = frozenset({"=", "==", "!=", "=~", "<", ">", "-nt", "-ot", "-ef"})


def negation(answer: Outcome) -> Outcome:
    status = None if answer.status is None else not answer.status
    return Outcome(status, answer.output, answer.assumed)


def _or(left: Outcome, right: Outcome) -> Outcome:
    if left.status or right.status:
        decisive = [side for side in (left, right) if side.status]
        return Outcome(True, assumed=all(side.assumed for side in decisive))
    if left.status is None or right.status is None:
        return _UNKNOWN
    return Outcome(False, assumed=left.assumed or right.assumed)


def _unary(operator: str, operand: Value, state: ShellState) -> Outcome:
    if operator == "-n":
        return _not_empty(operand, state)
    if operator == "-z":
        return negation(_not_empty(operand, state))
    if operator in _FILE_TESTS:
        return _file_test(operator, host_path(operand, state.directory), state)
    if operator == "-v" and operand.text is not None:
        return Outcome(operand.text in state.variables, assumed=True)
    # -t: whether the output is a terminal.
    return _UNKNOWN


def _not_empty(operand: Value, state: ShellState) -> Outcome:
    if operand.text is not None:
        return Outcome(operand.text != "", assumed=operand.text == "" and operand.is_outside)
    symbol = operand.symbol
    if symbol is not None and symbol.origin in {Origin.IMAGE, Origin.CONTAINER}:
        # Whether an image or a container exists: it does if the script has made it.
        return Outcome(_is_made(operand, state), assumed=True)
    text = assumed_text(operand)
    if text is not None:
        return Outcome(text != "", assumed=text == "")
    # A path is never empty; the output of a command may be.
    is_path = any(s.origin in {Origin.PROJECT, Origin.TEMPORARY} for s in operand.symbols)
    return Outcome(True) if is_path or any(isinstance(p, str) for p in operand.parts) else _UNKNOWN


def _is_made(operand: Value, state: ShellState) -> bool:
    symbol = operand.symbol
    name = symbol.name if symbol else ""
    for action in state.log.actions:
        if isinstance(action, BuildImage) and (
            action.image == operand
            or any(name in {str(t), str(t) + ":latest"} for t in action.tags)
        ):
            return True
        if isinstance(action, Create | RunContainer) and (
            action.container == operand or str(action.container) == name
        ):
            return True
    return False


def _file_test(operator: str, path: HostPath, state: ShellState) -> Outcome:
    """The result for a file of the project; a file that doesn't exist may have been made since."""
    files = state.surroundings.files
    if files is None or not path.in_project:
        return _UNKNOWN
    name = normpath(path.path)
    is_directory = name == "." or any(known.startswith(name + "/") for known in files)
    if operator == "-d" and is_directory:
        return Outcome(True)
    if name in files or (operator in {"-e", "-r", "-x", "-w"} and is_directory):
        return Outcome(True) if operator in {"-e", "-f", "-r"} else _UNKNOWN
    is_there = operator in {"-e", "-f", "-d", "-r", "-s", "-x"} and not is_directory
    if not is_there or not _is_fresh(name, state):
        return _UNKNOWN
    place = state.log.allowance.place
    state.assume((place.line if place else None) or 1, f"{name} doesn't exist yet")
    return Outcome(False, assumed=True)


def _is_fresh(name: str, state: ShellState) -> bool:
    """Whether nothing in the script so far can have made the path, or anything in or above it."""
    if any(line.fate is Fate.LEFT and line.why.endswith("on the host") for line in state.log.fates):
        return False
    for action in state.log.actions:
        for found in _written_paths(action):
            other = normpath(found.path) if found.in_project else ""
            near = other == name or name.startswith(f"{other}/") or other.startswith(f"{name}/")
            if found.in_project and (near or other == "."):
                return False
    return True


def _written_paths(action: object) -> Iterator[HostPath]:
    """All host paths in the action, except those that it removes."""
    if isinstance(action, RemoveHost | BuildImage):
        return
    for one in vars(action).values():
        for found in one if isinstance(one, tuple) else (one,):
            inner = getattr(found, "path", None) or getattr(found, "directory", None)
            host = getattr(found, "host", None)
            for path in (found, inner, host):
                if isinstance(path, HostPath):
                    yield _inside(path, action)


def _inside(path: HostPath, action: object) -> HostPath:
    """The path in the project that a copy ends up at."""
    into = path.in_project and normpath(path.path) == "."
    origin = action.path.text if isinstance(action, CopyOut) and into else None
    if origin is None or origin.endswith("/."):
        return path
    return HostPath(basename(normpath(origin)))


def _comparable(side: Value, state: ShellState) -> str | None:
    symbol = side.symbol
    is_made_thing = symbol is not None and symbol.origin in {Origin.IMAGE, Origin.CONTAINER}
    if is_made_thing and not _is_made(side, state):
        return ""
    return assumed_text(side)


def _regular(text: str, pattern: str, *, assumed: bool) -> Outcome:
    try:
        return Outcome(re.search(pattern, text) is not None, assumed=assumed)
    except re.error:
        return _UNKNOWN
