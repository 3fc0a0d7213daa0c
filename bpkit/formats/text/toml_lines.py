"""Where in a TOML text a key is: Python's reader keeps no lines.

The text has been read as TOML before. Only the first line of a key is looked for; a key inside an
inline table or a list is on the line where that begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from bpkit.light import regex

#: Keys from the top; a number counts the tables of an array, from 0.
KeyPath: TypeAlias = Sequence[str | int]
_HEADER = regex(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = regex(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = regex(r""""[^"]*"|'[^']*'|[\w-]+""")


def toml_line(text: str, path: KeyPath) -> int | None:
    """The line of the key at ``path``, or of the nearest table around it; None if there is none."""
    wanted, best, deepest = tuple(path), None, 0
    for number, found in _keys(text):
        depth = min(len(wanted), len(found))
        if depth > deepest and found[:depth] == wanted[:depth]:
            best, deepest = number, depth
    return best


def _keys(text: str) -> Iterator[tuple[int, tuple[str | int, ...]]]:
    """Each header and key that begins a line, with its path from the top."""
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _table(_parts(header[2]), counts, is_array=header[1] == "[[")
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *_parts(key[1]))


def _table(
    names: Sequence[str], counts: dict[tuple[str | int, ...], int], *, is_array: bool
) -> tuple[str | int, ...]:
    """The path of a header: each array on it is at the last table that it has so far."""
    path: tuple[str | int, ...] = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if is_array and position == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
