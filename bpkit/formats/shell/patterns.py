"""Patterns of the shell (``*``, ``?``, ``[a-z]``): ``case``, ``[[ == ]]``, ``${x%…}``, file names.

A pattern is a sequence of pieces of text, each marked as quoted or not; quoted text is literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bpkit.formats.text import TooMuchError

Piece = tuple[str, bool]
_BRACKET = re.compile(r"\[([!^]?)(\]?(?:\[:[a-z]+:\]|[^\]])*)\]")
_CLASSES = {
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:alnum:]": "a-zA-Z0-9",
    "[:space:]": r"\s",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
}


def has_pattern(pieces: Iterable[Piece]) -> bool:
    """Whether anything unquoted in ``pieces`` could match more than itself."""
    return any(not quoted and re.search(r"[*?\[]", text) for text, quoted in pieces)


def matches(pieces: Sequence[Piece], text: str) -> bool:
    """Whether the whole of ``text`` matches."""
    return _Pattern(pieces).fits(text)


def without_prefix(text: str, pieces: Sequence[Piece], *, longest: bool) -> str:
    """``${text#pattern}``, or with ``longest`` ``${text##pattern}``."""
    length = _Pattern(pieces).length(text, 0, longest=longest)
    return text if length is None else text[length:]


def without_suffix(text: str, pieces: Sequence[Piece], *, longest: bool) -> str:
    """``${text%pattern}``, or with ``longest`` ``${text%%pattern}``."""
    length = _Pattern(pieces).reversed().length(text[::-1], 0, longest=longest)
    return text if length is None else text[: len(text) - length]


def replaced(text: str, pieces: Sequence[Piece], new: str, *, every: bool) -> str:
    """``${text/pattern/new}``; ``every`` for ``//``; ``/#`` and ``/%`` are anchored to an end."""
    first = pieces[0][0] if pieces and not pieces[0][1] else ""
    anchor = first[:1] if not every and first[:1] in {"#", "%"} else ""
    pattern = _Pattern([(first[1:], False), *pieces[1:]] if anchor else pieces)
    if not pattern.tokens:
        return text
    if anchor == "#":
        length = pattern.length(text, 0, longest=True)
        return text if length is None else new + text[length:]
    if anchor == "%":
        length = pattern.reversed().length(text[::-1], 0, longest=True)
        return text if length is None else text[: len(text) - length] + new
    return _replaced(text, pattern, new, every=every)


def _replaced(text: str, pattern: _Pattern, new: str, *, every: bool) -> str:
    if not text:
        return new if pattern.fits(text) else text
    done: list[str] = []
    at = 0
    work = _MOST_WORK
    while at < len(text):
        length = pattern.length(text, at, longest=True)
        work -= pattern.looked_at
        if work < 0:
            raise TooMuchError("a pattern takes too long to be replaced in a text of this length")
        if length is None and pattern.tokens[0] is None:
            # If a leading star doesn't match from here, it doesn't match from any later place.
            break
        done.append(new if length else text[at])
        at += length or 1
        if length and not every:
            break
    return "".join(done) + text[at:]


def matching_paths(pieces: Sequence[Piece], paths: Iterable[str]) -> tuple[str, ...]:
    """The files and directories among ``paths`` that a file name pattern matches, in order.

    ``paths`` are of files; a leading dot is matched by a dot only.
    """
    known = {""}
    for path in paths:
        parts = path.split("/")
        known |= {"/".join(parts[:count]) for count in range(1, len(parts) + 1)}
    pattern = _Pattern(pieces, path=True)
    hidden = pieces[0][0].startswith(".")
    return tuple(
        sorted(
            p
            for p in known - {""}
            if pattern.fits(p) and (hidden or not re.search(r"(?:\A|/)\.", p))
        )
    )


# Steps after which a replacement counts as endless.
_MOST_WORK = 4_000_000
# A token is a star (None), or what one character has to be.
_Token = re.Pattern[str] | str | None


class _Pattern:
    """A pattern as tokens, matched against a text from left to right.

    All ways to divide a text among the stars are followed at once, as a set of places in the
    pattern: a text costs as many steps as it has characters, whatever the pattern. With ``path``,
    only a slash matches a slash.
    """

    def __init__(self, pieces: Sequence[Piece], *, path: bool = False) -> None:
        self.tokens: list[_Token] = []
        for text, quoted in pieces:
            self.tokens += list(text) if quoted else _tokens(text)
        self.path = path
        self.looked_at = 0
        self._masks: dict[str, int] = {}

    def reversed(self) -> _Pattern:
        """The pattern for the text read backwards."""
        other = _Pattern((), path=self.path)
        other.tokens = self.tokens[::-1]
        return other

    def fits(self, text: str) -> bool:
        """Whether the whole of ``text`` matches."""
        places = self._start()
        for character in text:
            places = self._step(places, character)
            if not places:
                return False
        return bool(places >> len(self.tokens) & 1)

    def length(self, text: str, at: int, *, longest: bool) -> int | None:
        """The length of the match in ``text`` at ``at``; None without a match."""
        places, end = self._start(), len(self.tokens)
        found = 0 if places >> end & 1 else None
        self.looked_at = 1
        for number in range(at, len(text)):
            if found is not None and not longest:
                break
            self.looked_at += 1
            places = self._step(places, text[number])
            if not places:
                break
            if places >> end & 1:
                found = number - at + 1
        return found

    def _start(self) -> int:
        return self._closed(1)

    def _closed(self, places: int) -> int:
        """The places, with those that are reached through stars that match nothing."""
        while (more := places | (places & self._stars) << 1) != places:
            places = more
        return places

    @property
    def _stars(self) -> int:
        if "" not in self._masks:
            self._masks[""] = sum(1 << n for n, token in enumerate(self.tokens) if token is None)
        return self._masks[""]

    def _step(self, places: int, character: str) -> int:
        if character not in self._masks:
            self._masks[character] = sum(
                1 << n for n, token in enumerate(self.tokens) if self._takes(token, character)
            )
        taken = places & self._masks[character]
        stay = taken & self._stars
        return self._closed(stay | (taken & ~self._stars) << 1)

    def _takes(self, token: _Token, character: str) -> bool:
        if isinstance(token, str):
            return token == character
        if self.path and character == "/":
            return False
        return token is None or token.match(character) is not None


_ANY = re.compile(".", re.DOTALL)


def _tokens(text: str) -> list[_Token]:
    """The tokens of unquoted text; stars side by side are one."""
    found: list[_Token] = []
    at = 0
    while at < len(text):
        bracket = _BRACKET.match(text, at)
        if bracket:
            found.append(_compiled(_bracket(bracket.group(1), bracket.group(2))))
            at = bracket.end()
            continue
        if text[at] != "*" or not (found and found[-1] is None):
            found.append({"*": None, "?": _ANY}.get(text[at], text[at]))
        at += 1
    return found


def _bracket(negated: str, content: str) -> str:
    for name, characters in _CLASSES.items():
        content = content.replace(name, characters)
    content = re.sub(r"[\[\]&~|]", r"\\\g<0>", content)
    content = re.sub(r"\\(?![\[\]&~|sdw])", r"\\\\", content)
    return f"[{'^' if negated else ''}{content}]"


def _compiled(source: str) -> re.Pattern[str]:
    try:
        return re.compile(source, re.DOTALL)
    except re.error:
        # An impossible range, [z-a]: the shells match nothing.
        return re.compile(r"(?!)")
