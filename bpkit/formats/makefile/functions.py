"""GNU make's text functions: each takes its expanded arguments, and returns text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from posixpath import splitext


def _pattern(pattern: str) -> re.Pattern[str]:
    before, percent, after = pattern.partition("%")
    middle = "(.*)" if percent else ""
    return re.compile(re.escape(before) + middle + re.escape(after))


def substituted(words: Iterable[str], pattern: str, new: str) -> str:
    """``$(patsubst pattern,new,words)``."""
    expression = _pattern(pattern)
    done: list[str] = []
    for word in words:
        found = expression.fullmatch(word)
        stem = found.group(1) if found and found.groups() else ""
        done.append(new.replace("%", stem, 1) if found else word)
    return " ".join(done)


def _filtered(patterns: str, text: str, *, keep: bool) -> str:
    expressions = [_pattern(pattern) for pattern in patterns.split()]
    return " ".join(w for w in text.split() if any(e.fullmatch(w) for e in expressions) is keep)


def _directory(word: str) -> str:
    return word[: word.rfind("/") + 1] or "./"


def _word(number: str, text: str) -> str:
    words = text.split()
    return words[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(words) else ""


def _wordlist(first: str, last: str, text: str) -> str:
    if not (first.strip().isdigit() and last.strip().isdigit()):
        return ""
    return " ".join(text.split()[int(first) - 1 : int(last)])


def _joined(left: str, right: str) -> str:
    a, b = left.split(), right.split()
    width = max(len(a), len(b))
    pairs = zip(a + [""] * (width - len(a)), b + [""] * (width - len(b)), strict=True)
    return " ".join(x + y for x, y in pairs)


_EACH: dict[str, Callable[[str], str]] = {
    "dir": _directory,
    "notdir": lambda word: word.rpartition("/")[2],
    "basename": lambda word: splitext(word)[0],
    "suffix": lambda word: splitext(word)[1],
}
_FIXED: dict[tuple[str, int], Callable[..., str]] = {
    ("subst", 3): lambda old, new, text: text.replace(old, new),
    ("patsubst", 3): lambda pattern, new, text: substituted(text.split(), pattern, new),
    ("strip", 1): lambda text: " ".join(text.split()),
    ("findstring", 2): lambda part, text: part if part in text else "",
    ("filter", 2): lambda patterns, text: _filtered(patterns, text, keep=True),
    ("filter-out", 2): lambda patterns, text: _filtered(patterns, text, keep=False),
    ("sort", 1): lambda text: " ".join(sorted(set(text.split()))),
    ("word", 2): _word,
    ("wordlist", 3): _wordlist,
    ("words", 1): lambda text: str(len(text.split())),
    ("firstword", 1): lambda text: (text.split() or [""])[0],
    ("lastword", 1): lambda text: (text.split() or [""])[-1],
    ("join", 2): _joined,
    ("addprefix", 2): lambda prefix, text: " ".join(prefix + word for word in text.split()),
    ("addsuffix", 2): lambda suffix, text: " ".join(word + suffix for word in text.split()),
}
#: How many arguments each takes; the last one keeps its commas.
ARGUMENTS: dict[str, int] = {**dict(_FIXED.keys()), **dict.fromkeys(_EACH, 1)}


def text_function(name: str, arguments: list[str]) -> str | None:
    """The function's result; None if it isn't a function of text alone."""
    if name in _EACH:
        words = (arguments[0] if arguments else "").split()
        return " ".join(filter(None, (_EACH[name](word) for word in words)))
    fixed = _FIXED.get((name, len(arguments)))
    return fixed(*arguments) if fixed else None
