"""Source code as text: without comments, its constants, and the literals that name files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

#: How comments are written, by the suffixes of files.
_SLASHES = re.compile(
    r"(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|//[^\n]*|/\*.*?\*/", re.DOTALL
)
_HASHES = re.compile(
    r"(\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|#[^\n]*", re.DOTALL
)
_WITH_HASHES = (".py", ".rb", ".ex", ".exs", ".ru", ".yml", ".yaml", ".toml", ".properties", ".sh")
_WITH_BOTH = (".php",)
_LONGEST = 200_000

_ASSIGNED = re.compile(
    r"(?:^|[\s,(;{])(?:(?:export|const|let|var|static|final|public|private|int|unsigned|constexpr"
    r"|uint16_t|u16|String|auto)\s+)*(\w+)(?:\s*:\s*&?'?[\w.<>]+(?: \w+)?)?\s*:?=(?![=>])\s*"
    r"([^\n;]{1,200}(?:\n\s*\.[^\n;]{1,100}){0,6})"
)
_DEFINED = re.compile(r"^\s*#\s*define\s+(\w+)\s+\(?([^\n]{1,80})", re.MULTILINE)
_PAIR = re.compile(r"^\s*(\w+), (\w+) :?= ([^,\n]+), ([^,\n]+)$", re.MULTILINE)
#: Names that are given in other ways: a key of an object, a default of a switch, of a setting, of
#: a field of a structure.
_GIVEN = tuple(
    re.compile(shape, re.IGNORECASE | re.MULTILINE)
    for shape in (
        r"[{,\n]\s*['\"]?(\w*(?:port|addr|host|bind)\w*)['\"]?\s*:\s*([^,}\n]{1,120})",
        r"--?([\w-]*(?:port|addr|host|bind)[\w-]*)[\"' <=][^)\n]*?default(?:_value(?:_t)?)?"
        r"\s*[=:(]\s*"
        r"([^,)\n]{1,60})",
        r"[\"'](?:[\w.]*\.)?(\w*(?:port|addr))[\"']\s*,\s*([^,)\n]{1,60})",
        r"^\s*(\w*(?:port|addr)\w*)\s+\w+\s+`[^`\n]*default:(\"[^\"]+\")",
        r"default_value(?:_t)?\s*=\s*([^,)\n]+)[^\n]*\]\s*(?:pub\s+)?(\w*(?:port|addr|host|bind)\w*)\s*:",
    )
)


@lru_cache(maxsize=1024)
def without_comments(text: str, file: str) -> str:
    """The text without its comments; what it says in quotes stays."""
    text = text[:_LONGEST]
    if file.endswith(_WITH_HASHES):
        return _HASHES.sub(lambda match: match[1] or "", text)
    text = _SLASHES.sub(lambda match: match[1] or " ", text)
    if file.endswith(_WITH_BOTH):
        text = _HASHES.sub(lambda match: match[1] or "", text)
    return text


def constants(text: str) -> dict[str, list[str]]:
    """What names are given, as it is written, in the order of the text."""
    found: dict[str, list[str]] = {}
    for name, value in (*_DEFINED.findall(text), *_ASSIGNED.findall(text)):
        found.setdefault(name, []).append(value.strip())
    for first, second, one, two in _PAIR.findall(text):
        found.setdefault(first, []).append(one)
        found[second] = [two]
    for shape in _GIVEN:
        for one, other in shape.findall(text):
            name, value = (other, one) if shape is _GIVEN[-1] else (one, other)
            found.setdefault(name.replace("-", "_"), []).append(value.strip())
    return found


_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.){1,200})\"|'((?:[^'\\\n]|\\.){1,200})'|`([^`]{1,200})`")


def literals(text: str) -> Iterator[str]:
    """The texts between quotes, each once."""
    seen: set[str] = set()
    for match in _LITERAL.finditer(text):
        found = match[1] or match[2] or match[3] or ""
        if found and found not in seen:
            seen.add(found)
            yield found
