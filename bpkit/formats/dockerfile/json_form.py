"""The JSON form of an instruction's arguments: ``["a", "b"]``.

BuildKit gives the text to Go's ``encoding/json``. A list of strings is the JSON form, a list of
anything else is an error, and text that it refuses isn't JSON at all but a shell command
(``RUN [ -f x ] && y``). So the verdict on text that is *not* a list of strings matters too, and
Python's own reader won't do: it accepts ``NaN``, and gives up on deep nesting.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.light import regex


class Token(NamedTuple):
    """A value read from a line, and its position in the line."""

    text: str
    start: int
    end: int


# Go stops at this depth (encoding/json, maxNestingDepth).
_DEEPEST = 10_000
_BLANK = regex(r"[ \t\r\n]*")
_STRING = regex(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"')
_SCALAR = regex(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
_LONE_SURROGATE = regex(r"[\ud800-\udfff]")


def string_list(line: str, start: int, end: int) -> tuple[Token, ...] | None:
    """The strings of the JSON list that ``line[start:end]`` holds; None if it isn't a JSON list.

    Raises DockerfileError if it is a list of anything but strings.
    """
    if not line.startswith("[", start, end):
        return None
    at = _skip(line, start + 1, end)
    items: list[Token] = []
    while (found := _STRING.match(line, at, end)) is not None:
        items.append(Token(_decoded(found.group()), found.start(), found.end()))
        at = _skip(line, found.end(), end)
        if not line.startswith(",", at, end):
            break
        at = _skip(line, at + 1, end)
        if line.startswith("]", at, end):
            return None
    if line.startswith("]", at, end) and at + 1 == _without_trailing_blank(line, end):
        return tuple(items)
    if _is_json(line[start:end]):
        raise DockerfileError(
            "a JSON list here must hold strings only",
            hint="put each value between double quotes",
        )
    return None


def _skip(line: str, at: int, end: int) -> int:
    found = _BLANK.match(line, at, end)
    return found.end() if found else at


def _without_trailing_blank(line: str, end: int) -> int:
    return len(line[:end].rstrip(" \t\r\n")) if line[end - 1 : end] in " \t\r\n" else end


def _decoded(quoted: str) -> str:
    """The value of the quoted JSON string; half of a surrogate pair becomes U+FFFD, as in Go."""
    if "\\" not in quoted:
        return quoted[1:-1]
    text: str = json.loads(quoted)
    return _LONE_SURROGATE.sub("\ufffd", text) if "\\u" in quoted else text


def _is_json(text: str) -> bool:
    """Whether ``text`` is one JSON value that Go can hold, read without recursion."""
    open_brackets: list[str] = []
    expected = "value"
    at = _skip(text, 0, len(text))
    while at < len(text):
        char = text[at]
        step = _step(text, at, expected, open_brackets)
        if step is None or len(open_brackets) > _DEEPEST:
            return False
        at, expected = step
        if char in "]}" and not open_brackets:
            return _skip(text, at, len(text)) == len(text)
        at = _skip(text, at, len(text))
    return False


def _step(text: str, at: int, expected: str, brackets: list[str]) -> tuple[int, str] | None:
    """The offset after the token at ``at`` and what may follow it; None if it isn't allowed."""
    char = text[at]
    if expected in {"value", "value or ]"}:
        if char in "[{":
            brackets.append(char)
            return at + 1, "value or ]" if char == "[" else "key or }"
        if char != "]" or expected == "value":
            end = _scalar_end(text, at)
            return None if end is None else (end, "comma")
    if expected in {"key", "key or }"} and char == '"':
        found = _STRING.match(text, at)
        colon = _skip(text, found.end(), len(text)) if found else len(text)
        return (colon + 1, "value") if text.startswith(":", colon) else None
    if char in "]}" and expected in {"comma", "value or ]" if char == "]" else "key or }"}:
        return (at + 1, "comma") if brackets.pop() == {"]": "[", "}": "{"}[char] else None
    if char == "," and expected == "comma":
        return at + 1, "value" if brackets[-1] == "[" else "key"
    return None


def _scalar_end(text: str, at: int) -> int | None:
    found = _STRING.match(text, at) or _SCALAR.match(text, at)
    if found is None:
        return None
    is_number = found.group()[0] in "-0123456789"
    # A number too large for a float64 is refused by Go.
    return (
        None if is_number and float(found.group()) in {float("inf"), -float("inf")} else found.end()
    )
