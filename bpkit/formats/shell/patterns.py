"""Patterns of the shell (``*``, ``?``, ``[a-z]``): ``case``, ``[[ == ]]``, ``${x%…}``, file names.

A pattern comes as pieces of text with a mark whether they were quoted; quoted text is itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

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


def expression(pieces: Sequence[Piece], *, path: bool = False, lazy: bool = False) -> str:
    """The regular expression for a pattern; with ``path``, ``*`` and ``?`` stop at a slash.

    ``lazy`` makes ``*`` match as little as it can.
    """
    any_char = "[^/]" if path else "."
    star = any_char + ("*?" if lazy else "*")
    return "".join(
        re.escape(text) if quoted else _unquoted(text, any_char, star) for text, quoted in pieces
    )


def _unquoted(text: str, any_char: str, star: str) -> str:
    found: list[str] = []
    at = 0
    while at < len(text):
        bracket = _BRACKET.match(text, at)
        if bracket:
            found.append(_bracket(bracket.group(1), bracket.group(2)))
            at = bracket.end()
            continue
        found.append({"*": star, "?": any_char}.get(text[at]) or re.escape(text[at]))
        at += 1
    return "".join(found)


def _bracket(negated: str, content: str) -> str:
    for name, characters in _CLASSES.items():
        content = content.replace(name, characters)
    content = re.sub(r"[\[\]&~|]", r"\\\g<0>", content)
    content = re.sub(r"\\(?![\[\]&~|sdw])", r"\\\\", content)
    return f"[{'^' if negated else ''}{content}]"


def matches(pieces: Sequence[Piece], text: str) -> bool:
    """Whether the whole of ``text`` matches."""
    return re.fullmatch(_compiled(expression(pieces)), text) is not None


def _compiled(source: str) -> re.Pattern[str]:
    try:
        return re.compile(source, re.DOTALL)
    except re.error:
        # An impossible range, [z-a]: the shells match nothing.
        return re.compile(r"(?!)")


def without_prefix(text: str, pieces: Sequence[Piece], *, longest: bool) -> str:
    """``${text#pattern}``, or with ``longest`` ``${text##pattern}``."""
    lengths = range(len(text) + 1)
    pattern = _compiled(expression(pieces))
    for length in reversed(lengths) if longest else lengths:
        if pattern.fullmatch(text, 0, length):
            return text[length:]
    return text


def without_suffix(text: str, pieces: Sequence[Piece], *, longest: bool) -> str:
    """``${text%pattern}``, or with ``longest`` ``${text%%pattern}``."""
    starts = range(len(text) + 1)
    pattern = _compiled(expression(pieces))
    for start in starts if longest else reversed(starts):
        if pattern.fullmatch(text, start):
            return text[:start]
    return text


def replaced(text: str, pieces: Sequence[Piece], new: str, *, every: bool) -> str:
    """``${text/pattern/new}``; ``every`` for ``//``; ``/#`` and ``/%`` hold on to an end."""
    first = pieces[0][0] if pieces and not pieces[0][1] else ""
    if not every and first[:1] in {"#", "%"}:
        source = expression([(first[1:], False), *pieces[1:]])
        source = f"\\A{source}" if first[0] == "#" else f"{source}\\Z"
    else:
        source = expression(pieces)
    if not source:
        return text
    return _compiled(source).sub(lambda _: new, text, count=0 if every else 1)


def matching_paths(pieces: Sequence[Piece], paths: Iterable[str]) -> tuple[str, ...]:
    """The files and directories among ``paths`` that a file name pattern matches, in order.

    ``paths`` are of files; a leading dot is matched by a dot only.
    """
    known = {""}
    for path in paths:
        parts = path.split("/")
        known |= {"/".join(parts[:count]) for count in range(1, len(parts) + 1)}
    pattern = _compiled(expression(pieces, path=True))
    hidden = re.match(r"\.", pieces[0][0]) is not None
    return tuple(
        sorted(
            p
            for p in known - {""}
            if pattern.fullmatch(p) and (hidden or not re.search(r"(?:\A|/)\.", p))
        )
    )
