"""The patterns of ``${x#…}``, ``${x%…}`` and ``${x/…/…}``: their matches, and the remaining text.

BuildKit makes a regular expression of them, and Go's never take more than (pattern × value) steps.
Python's would take time without end over ``*a*a*a*a*b``, so the places where the rest of a pattern
matches are written into a table first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.light import regex

_BOM = "\ufeff"
_ANY = "?"
_STAR = "*"
_Pattern = tuple[str, ...]


# A pattern and a value of a thousand characters each.
_MOST_WORK = 1_000_000


def _check_work(value: str, pattern: str) -> None:
    if len(value) * len(pattern) > _MOST_WORK:
        raise DockerfileError("a pattern of this length takes too long to match such a value")


def trimmed(value: str, pattern: str, *, suffix: bool, longest: bool) -> str:
    """``value`` without the shortest (or longest) start, or end, that ``pattern`` matches.

    An end is removed by reversing both, as in BuildKit. Raises DockerfileError for a malformed
    pattern.
    """
    _check_work(value, pattern)
    if suffix:
        value, pattern = value[::-1], _reversed(pattern)
    matcher = _Matcher(_tokens(pattern), value, longest=longest)
    rest = value[matcher.end(0) :] if matcher.starts(0) else value
    return rest[::-1] if suffix else rest


def replaced(value: str, pattern: str, replacement: str, *, every: bool) -> str:
    """``value`` with the first match of ``pattern`` replaced, or every one.

    Of every match the longest counts. Only where every one is replaced, ``$0`` in the replacement
    is what matched: there BuildKit calls Go's ReplaceAllString. Raises DockerfileError for a
    malformed pattern.
    """
    _check_work(value, pattern)
    matcher = _Matcher(_tokens(pattern), value, longest=True)
    if every:
        return _replaced_every(matcher, replacement)
    start = matcher.search(0)
    if start is None:
        return value
    return value[:start] + replacement + value[matcher.end(start) :]


def _replaced_every(matcher: _Matcher, template: str) -> str:
    """As in Go: an empty match right after a match doesn't count."""
    value = matcher.value
    result: list[str] = []
    copied = at = 0
    while (start := matcher.search(at)) is not None:
        end = matcher.end(start)
        if end > copied or start == 0:
            result += [value[copied:start], _filled(template, value[start:end])]
            copied = end
        at = end if end > at else at + 1
    return "".join(result) + value[copied:]


def _reversed(pattern: str) -> str:
    """The pattern backwards, but each escape still before its character."""
    return "".join(reversed(re.findall(r"(?s)\\.|.", pattern)))


def _tokens(pattern: str) -> _Pattern:
    """``*``, ``?``, and each other character with a backslash in front.

    In the pattern itself a backslash may come before ``*``, ``?`` and ``\\``, and before ``}``
    and ``/``, which need it within ``${}``.
    """
    tokens: list[str] = []
    for token in re.findall(r"(?s)\\(?=[}/])|\\.?|.", pattern.removeprefix(_BOM)):
        if token == "\\":
            continue
        if token.startswith("\\") and token[1:] not in {"*", "?", "\\"}:
            raise DockerfileError(f"invalid pattern ({pattern}): {token} is not a valid escape")
        if token in {_ANY, _STAR}:
            tokens.append(token)
        else:
            tokens.append("\\" + token[-1])
    if _ends_open(pattern):
        raise DockerfileError(f"invalid pattern ({pattern}): it ends in a backslash")
    return tuple(tokens)


def _ends_open(pattern: str) -> bool:
    """Whether the last character is a backslash that escapes nothing."""
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 1


class _Matcher:
    """A pattern over a value: where it can start, and where a match from there ends.

    ``_fits[i][at]`` says that the tokens from ``i`` on match from ``at`` on. Neither wildcard
    matches a line feed.
    """

    def __init__(self, tokens: _Pattern, value: str, *, longest: bool) -> None:
        self.value = value
        self._tokens = tokens
        self._longest = longest
        fits = [[True] * (len(value) + 1)]
        for token in reversed(tokens):
            fits.append(_fits_before(token, value, fits[-1]))
        self._fits = fits[::-1]

    def starts(self, at: int) -> bool:
        """Whether a match starts at ``at``."""
        return self._fits[0][at]

    def search(self, at: int) -> int | None:
        """Where the first match from ``at`` on starts; None if there is none."""
        return next((i for i in range(at, len(self.value) + 1) if self.starts(i)), None)

    def end(self, at: int) -> int:
        """The end of the match that starts at ``at``, each star as long (or short) as it can be."""
        for i, token in enumerate(self._tokens):
            if token != _STAR:
                at += 1
                continue
            here, after = self._fits[i], self._fits[i + 1]
            while self._takes_more(here, at) if self._longest else not after[at]:
                at += 1
        return at

    def _takes_more(self, here: Sequence[bool], at: int) -> bool:
        return at < len(self.value) and self.value[at] != "\n" and here[at + 1]


def _fits_before(token: str, value: str, after: Sequence[bool]) -> list[bool]:
    """The row of ``token`` in the table, from the row of the token after it."""
    if token == _STAR:
        row = list(after)
        for at in range(len(value) - 1, -1, -1):
            row[at] = row[at] or (value[at] != "\n" and row[at + 1])
        return row
    if token == _ANY:
        return [
            *(char != "\n" and fits for char, fits in zip(value, after[1:], strict=True)),
            False,
        ]
    wanted = token[-1]
    return [*(char == wanted and fits for char, fits in zip(value, after[1:], strict=True)), False]


_TEMPLATE = regex(r"\$(?:\$|(\w+)|\{(\w+)\})")


def _filled(template: str, match: str) -> str:
    """Go's template: ``$0`` is the match, other groups don't exist and are empty."""

    def value(found: re.Match[str]) -> str:
        if found.group() == "$$":
            return "$"
        return match if (found.group(1) or found.group(2)) == "0" else ""

    return _TEMPLATE.sub(value, template)
