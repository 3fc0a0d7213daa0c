"""Reads YAML with ruamel.yaml, and keeps every scalar as its text, with its line.

The reader of that file decides what a scalar (``8080``, ``yes``, ``1.10``) means. Anchors,
aliases and merge keys (``<<``) are resolved. ruamel.yaml is pure Python, and is imported on the
first read: that takes about 50 ms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bpkit.errors import InputError, Place

Yaml: TypeAlias = "YamlText | list[Yaml] | dict[YamlText, Yaml] | None"

#: A document is refused beyond these: nodes are counted with those that merge keys bring again.
_MOST_NODES = 100_000
_MOST_BYTES = 1_000_000
_DEEPEST = 100
#: Plain scalars that YAML 1.2 reads as null.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_MERGE = "<<"


class YamlText(str):
    """A scalar as it is written, and the line on which it begins."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, text: str, line: int = 0) -> YamlText:
        """``line`` counts from 1; 0 for a text that isn't in a file."""
        made = super().__new__(cls, text)
        made.line = line
        return made


@dataclass(frozen=True)
class TaggedYaml:
    """A document, and the tags of its own (``!reset``) by the keys that lead to their values.

    ``repeated`` are keys that a mapping has twice; the last of them counts.
    """

    value: Yaml
    tags: Mapping[tuple[str, ...], str] = field(default_factory=dict, hash=False)
    repeated: tuple[YamlText, ...] = ()


def read_yaml(text: str, file: str = "") -> Yaml:
    """The first document of ``text``; None if it is empty.

    Raises InputError with the line for text that is not valid YAML, and for a document too large or
    too deep to be read.
    """
    return read_tagged_yaml(text, file).value


def read_tagged_yaml(text: str, file: str = "") -> TaggedYaml:
    """The same with its tags; those of values in sequences are left out."""
    if len(text) > _MOST_BYTES:
        raise InputError(f"the file is larger than {_MOST_BYTES:,} bytes", place=Place(file))
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        composer = _Composer(iter(YAML(typ="base", pure=True).parse(text)), file)
        return TaggedYaml(composer.document(), composer.tags, tuple(composer.repeated))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InputError(
            f"the file is not valid YAML: {problem}",
            place=Place(file, mark.line + 1 if mark else None),
        ) from None


def yaml_at(value: Yaml, *keys: str) -> Yaml:
    """The value at the nested keys; None if one is missing."""
    for key in keys:
        value = value.get(YamlText(key)) if isinstance(value, dict) else None
    return value


class _Composer:
    """Makes values from the parser's events; aliases share their anchor's value.

    ``tags`` are those that aren't YAML's own, by the keys of the mappings around their values.
    """

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self._events = events
        self._file = file
        self._anchors: dict[str, Yaml] = {}
        self._nodes = 0
        self._keys: list[str] = []
        self._sequences = 0
        self.tags: dict[tuple[str, ...], str] = {}
        self.repeated: list[YamlText] = []

    def document(self) -> Yaml:
        for event in self._events:
            kind = type(event).__name__
            if kind == "StreamEndEvent":
                return None
            if kind not in {"StreamStartEvent", "DocumentStartEvent", "CommentEvent"}:
                return self._value(event, 0)
        return None

    def _value(self, event: Any, depth: int) -> Yaml:
        line = event.start_mark.line + 1
        self._count(1, line)
        if depth > _DEEPEST:
            raise InputError("the file is nested too deeply", place=Place(self._file, line))
        kind = type(event).__name__
        if kind == "AliasEvent":
            if event.anchor not in self._anchors:
                raise InputError(f"no anchor '{event.anchor}'", place=Place(self._file, line))
            return self._anchors[event.anchor]
        tag = event.tag if (event.tag or "").startswith("!") else ""
        if tag and not self._sequences:
            self.tags[tuple(self._keys)] = tag
        value: Yaml
        if kind == "ScalarEvent":
            is_null = (event.implicit[0] or tag) and not event.style and event.value in _NULL
            value = None if is_null else YamlText(event.value, line)
        elif kind == "SequenceStartEvent":
            self._sequences += 1
            value = [self._value(one, depth + 1) for one in self._until("SequenceEndEvent")]
            self._sequences -= 1
        else:
            value = self._mapping(depth)
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _mapping(self, depth: int) -> dict[YamlText, Yaml]:
        found: dict[YamlText, Yaml] = {}
        merged: dict[YamlText, Yaml] = {}
        for event in self._until("MappingEndEvent"):
            line = event.start_mark.line + 1
            key = self._value(event, depth + 1)
            self._keys.append(key if isinstance(key, YamlText) else "")
            value = self._value(next(self._events), depth + 1)
            self._keys.pop()
            if isinstance(key, list | dict):
                raise InputError("a key is not a scalar", place=Place(self._file, line))
            if key == _MERGE:
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, dict):
                        self._count(len(one), line)
                        merged = {**one, **merged}
            else:
                name = key if key is not None else YamlText("", line)
                if name in found:
                    self.repeated.append(name)
                found[name] = value
        return {**merged, **found}

    def _until(self, end: str) -> Iterator[Any]:
        for event in self._events:
            if type(event).__name__ == end:
                return
            yield event

    def _count(self, more: int, line: int) -> None:
        self._nodes += more
        if self._nodes > _MOST_NODES:
            raise InputError("the file has too many values", place=Place(self._file, line))
