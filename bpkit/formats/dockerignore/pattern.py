"""One line of ``.dockerignore``, compiled for many paths (moby/patternmatcher, ``Pattern``)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import field, replace

from bpkit.errors import Place
from bpkit.formats.dockerignore.regexp import LineError, go_regexp, python_regexp
from bpkit.formats.text import SPACES, GlobError, match
from bpkit.light import dataclass

_SPECIAL = frozenset("*?[]\\")


@dataclass(frozen=True)
class Pattern:
    """The paths that a line excludes, or includes again (``negated``).

    ``text`` is cleaned: no ``!``, no leading or trailing slash, no ``.`` or ``..`` but in front.
    ``matches`` tells of one path, not of what is below it.
    """

    text: str
    negated: bool = False
    place: Place | None = None
    matches: Callable[[str], bool] = field(default=lambda _: False, compare=False, repr=False)

    def __str__(self) -> str:
        return f"!{self.text}" if self.negated else self.text


def read_line(line: str, *, until_20: bool = False) -> Pattern | None:
    """The pattern that a line without its line end is; None for a comment or an empty line.

    ``until_20`` reads it as Docker up to 20.10. Raises LineError for a line Docker refuses.
    """
    if line.startswith("#"):
        return None
    text = line.strip(SPACES)
    if not text:
        return None
    negated = text.startswith("!")
    text = _clean(text[negated:].strip(SPACES)) if len(text) > negated else ""
    if len(text) > 1:
        text = text.removeprefix("/")
    # Docker trims and cleans the line a second time, then with its ! in front.
    text = _clean(f"!{text}")[1:] if negated else _clean(text.strip(SPACES))
    if not text:
        raise LineError("! without a pattern", hint="write ! and a path, or remove it")
    try:
        match(text, ".")
    except GlobError as error:
        raise LineError(error.message, hint=error.hint) from error
    matches = _until_20(text) if until_20 else _of_text(text)
    return Pattern(text, negated, matches=matches)


def at_line(pattern: Pattern, place: Place) -> Pattern:
    """The same pattern, with where it is."""
    return replace(pattern, place=place)


def _clean(path: str) -> str:
    """As Go's filepath.Clean: Python keeps two slashes in front."""
    return posixpath.normpath(re.sub("^/+", "/", path))


def _until_20(text: str) -> Callable[[str], bool]:
    found = python_regexp(go_regexp(text, until_20=True)).match
    return lambda path: found(path) is not None


def _of_text(text: str) -> Callable[[str], bool]:
    """As today's ``compile``: many patterns need no regular expression, and then mean less by it.

    So ``**x`` matches ``ax`` but ``**x*`` doesn't, and a ``^`` is one only where no wildcard is.
    """
    tail = text.removeprefix("**")
    if tail != text and not _SPECIAL & set(tail):
        name = tail.removeprefix("/") if tail.startswith("/") else None
        return lambda path: path.endswith(tail) or path == name
    if not _SPECIAL & set(text):
        return lambda path: path == text
    body = text[:-2]
    if text.endswith("**") and not _SPECIAL & set(body):
        return lambda path: path.startswith(body)
    found = python_regexp(go_regexp(text)).match
    return lambda path: found(path) is not None
