"""Docker's regular expression for a line of ``.dockerignore``, translated from Go to Python.

Docker checks a line by Go's filepath.Match, but then matches by a regular expression that it puts
together itself (moby/patternmatcher, ``compile``; up to Docker 20.10 docker/pkg/fileutils). The two
aren't the same: ``[*]`` is a star to the one, something else to the other, and up to 20.10 a ``+``
or ``(`` is not escaped. So here the very same expression is built, and then carried over.
"""

from __future__ import annotations

import re

from bpkit.errors import InputError
from bpkit.light import regex

_ESCAPED = frozenset(".+()|{}$")
_ESCAPED_UNTIL_20 = frozenset(".$")
_ANY_DIRECTORIES = "(.*/)?"


class LineError(InputError):
    """A line of .dockerignore that Docker refuses, or whose meaning bpkit can't tell."""


def go_regexp(pattern: str, *, until_20: bool = False) -> str:
    """The regular expression that Docker builds from a cleaned line without its ``!``."""
    escaped = _ESCAPED_UNTIL_20 if until_20 else _ESCAPED
    out = ["^"]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*" and pattern[at : at + 1] == "*":
            at += 1
            at += pattern[at : at + 1] == "/"
            out.append(_ANY_DIRECTORIES if at < len(pattern) else ".*")
        elif char == "*":
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char in escaped:
            out.append(f"\\{char}")
        elif char == "\\":
            # At the very end it escapes the $ that follows, as in Docker.
            out.append(f"\\{pattern[at : at + 1]}")
            at += 1
        else:
            out.append(char)
    return "".join(out) + "$"


def python_regexp(expression: str) -> re.Pattern[str]:
    """The same regular expression in Python's syntax; raises LineError if Go refuses it."""
    while _ANY_DIRECTORIES * 2 in expression:
        # The same set of paths, without the time that trying all ways to share them would take.
        expression = expression.replace(_ANY_DIRECTORIES * 2, _ANY_DIRECTORIES)
    try:
        return re.compile(_Translation(expression).done(), re.ASCII)
    except re.error as error:
        raise LineError(f"docker reads it as {expression}: {error.msg}") from error


_REPEAT = regex(r"\{\d+(,\d*)?\}")
_CLASSES = {
    "d": "0-9",
    "s": "\\t\\n\\f\\r ",
    "w": "0-9A-Za-z_",
}
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7f",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ASSERTIONS = {"A": r"\A", "z": r"\Z", "b": r"\b", "B": r"\B"}
# Go reads any byte that is not UTF-8 as U+FFFD.
_NO_UTF8 = "\ufffd\udc80-\udcff"


class _Translation:
    """One pass over an expression of Go."""

    def __init__(self, expression: str) -> None:
        self.text = expression
        self.at = 0

    def done(self) -> str:
        out: list[str] = []
        repeated = False
        while self.at < len(self.text):
            char = self.text[self.at]
            repeat = _REPEAT.match(self.text, self.at)
            if char in "*+?" or repeat:
                # Python would take a second one for "possessive" or "lazy".
                if repeated and char != "?":
                    raise self._refused("two repetitions, one on the other")
                out.append(repeat.group() if repeat else char)
                self.at += len(out[-1])
                repeated = True
                continue
            repeated = False
            out.append(self._item(char))
        return "".join(out)

    def _item(self, char: str) -> str:
        self.at += 1
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char == "^":
            return r"\A"
        if char == "$":
            return r"\Z"
        if char == "(" and self.text.startswith("?", self.at):
            raise self._refused("a (? group")
        if char in ".()|":
            return char
        return f"[{_NO_UTF8}]" if _is_no_utf8(char) else re.escape(char)

    def _escape(self) -> str:
        char = self._next()
        if char.lower() in _CLASSES:
            return f"[{'^' if char.isupper() else ''}{_CLASSES[char.lower()]}]"
        return _ASSERTIONS.get(char) or re.escape(self._literal(char))

    def _literal(self, char: str) -> str:
        """The character that ``\\`` and ``char`` stand for."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char.isalnum() or not char.isascii():
            raise self._refused(f"\\{char}")
        return char

    def _class(self) -> str:
        negated = self.text.startswith("^", self.at)
        self.at += negated
        members: list[str] = []
        while not members or not self.text.startswith("]", self.at):
            members.append(self._member())
        self.at += 1
        return f"[{'^' if negated else ''}{''.join(members)}]"

    def _member(self) -> str:
        if self.text.startswith("[:", self.at) and (end := self.text.find(":]", self.at)) > 0:
            name = self.text[self.at + 2 : end]
            if name not in _POSIX:
                raise self._refused(f"the class [:{name}:]")
            self.at = end + 2
            return _POSIX[name]
        following = self.text[self.at : self.at + 2]
        if following[:1] == "\\" and following[1:].lower() in _CLASSES:
            if following[1:].isupper():
                raise self._refused(f"{following} in a class")
            self.at += 2
            return _CLASSES[following[1:]]
        low = self._bound()
        rest = self.text[self.at : self.at + 2]
        if not rest.startswith("-") or rest == "-]" or len(rest) < 2:
            return _NO_UTF8 if _is_no_utf8(low) else re.escape(low)
        self.at += 1
        high = self._bound()
        if high < low:
            raise self._refused(f"the range {low}-{high}")
        return f"{re.escape(low)}-{re.escape(high)}"

    def _bound(self) -> str:
        char = self._next()
        return self._literal(self._next()) if char == "\\" else char

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise self._refused("a class that is never closed, or a \\ with nothing behind it")
        self.at += 1
        return self.text[self.at - 1]

    def _refused(self, what: str) -> LineError:
        return LineError(f"docker reads it as {self.text}, where {what} isn't allowed")


def _is_no_utf8(char: str) -> bool:
    return char == "\ufffd" or "\udc80" <= char <= "\udcff"
