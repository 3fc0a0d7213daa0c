"""Read the JSON files of ``docker buildx bake``.

The rules are those of https://docs.docker.com/build/bake/reference/. An HCL file has expressions
and functions: buildx evaluates it (``bake --print``), and its output is read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bpkit.errors import InputError, Place
from bpkit.readers.workspace.model import Target, Workspace

_READ = frozenset(
    [
        "context",
        "dockerfile",
        "dockerfile-inline",
        "args",
        "target",
        "tags",
        "contexts",
        "platforms",
        "labels",
        "cache-from",
        "cache-to",
        "secret",
        "ssh",
        "inherits",
        "output",
        "attest",
        "description",
    ]
)
_KEY = re.compile(r'\s*("(?:[^"\\]|\\.)*")\s*:')
_MOST_BYTES = 1_000_000
_EXPRESSION = re.compile(r"[$%]\{")
_ESCAPED = re.compile(r"([$%])\1\{")
_HEADING = re.compile(r'^[ \t]*(group|target)[ \t]+"([\w.-]+)"[ \t]*\{', re.MULTILINE)
_INHERITS = re.compile(r"\binherits[ \t]*=[ \t]*\[([^\]]*)\]", re.MULTILINE)
_TARGETS = re.compile(r"\btargets[ \t]*=[ \t]*\[([^\]]*)\]")
_QUOTED = re.compile(r'"([^"]*)"')
_DEEPEST = 50
_MOST_TARGETS = 2_000


def needs_buildx(text: str) -> bool:
    """Whether only buildx can evaluate the file: HCL, or expressions in JSON."""
    return not text.lstrip().startswith("{") or _EXPRESSION.search(text) is not None


def read_bake(text: str, file: str, *, evaluated: bool = False) -> Workspace:
    """The targets and groups of a Bake file in JSON.

    ``evaluated``: buildx printed it, so that what looks like an expression is a value. Raises
    InputError for text that isn't valid JSON or not a Bake file, and for expressions, which only
    buildx evaluates.
    """
    place = Place(file)
    if len(text) > _MOST_BYTES:
        raise InputError(f"the file is larger than {_MOST_BYTES:,} bytes", place=place)
    if evaluated:
        # Some versions of buildx print it escaped, others unescaped.
        text = _ESCAPED.sub(r"\1{", text)
    elif needs_buildx(text):
        raise InputError(
            "the file has expressions that only buildx evaluates",
            place=place,
            hint="install docker-buildx, or write the values out",
        )
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise InputError("the file is not valid JSON", place=Place(file, line)) from None
    declared = document.get("target") if isinstance(document, dict) else None
    if not isinstance(declared, dict) or not declared:
        raise InputError("the file has no target", place=place, hint='write {"target": {...}}')
    if len(declared) > _MOST_TARGETS:
        raise InputError(
            f"the file has {len(declared):,} targets, and bpkit reads at most {_MOST_TARGETS:,}",
            place=place,
            hint="split it into several files",
        )
    # Lines in buildx's output aren't lines of the file.
    reading = _Reading(file, "" if evaluated else text, declared)
    groups = {
        str(name): tuple(_texts(group.get("targets")))
        for name, group in (document.get("group") or {}).items()
        if isinstance(group, dict)
    }
    flat = _flat(groups)
    only_inherited = _only_inherited(declared, flat)
    targets = [reading.target(str(name)) for name in declared]
    return Workspace(
        tuple(target for target in targets if target.name not in only_inherited),
        file,
        flat,
        tuple(f"{file}: '{name}' is only inherited from" for name in sorted(only_inherited)),
        (file,),
    )


def bake_names(text: str) -> tuple[str, ...]:
    """The groups and targets that a Bake file builds, as far as its text shows.

    A target that others inherit from, and that no group names, doesn't count.
    """
    if text.lstrip().startswith("{"):
        return tuple(_names_in_json(text))
    inherited = _quoted_in(_INHERITS, text)
    grouped = _quoted_in(_TARGETS, text)
    return tuple(
        dict.fromkeys(
            name
            for kind, name in _HEADING.findall(text)
            if kind == "group" or name not in inherited or name in grouped
        )
    )


def bake_bases(texts: Iterable[str]) -> tuple[str, ...]:
    """The targets of HCL files that others inherit from and that ``bake_names`` leaves out."""
    text = "\n".join(one for one in texts if not one.lstrip().startswith("{"))
    built = frozenset(bake_names(text)) if text else frozenset()
    return tuple(sorted({name for _, name in _HEADING.findall(text)} - built))


def _names_in_json(text: str) -> Iterator[str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        # buildx reports the error.
        return
    groups, declared = (document.get(kind) for kind in ("group", "target"))
    if not isinstance(declared, dict):
        return
    named = {
        name: tuple(_texts(group.get("targets")))
        for name, group in (groups if isinstance(groups, dict) else {}).items()
        if isinstance(group, dict)
    }
    yield from named
    inherited = _only_inherited(declared, named)
    # A target with a name may be built even if others inherit from it.
    yield from (name for name in declared if name not in named and name not in inherited)


def _quoted_in(lists: re.Pattern[str], text: str) -> frozenset[str]:
    """The strings in lists that ``lists`` finds."""
    return frozenset(name for found in lists.findall(text) for name in _QUOTED.findall(found))


def _only_inherited(
    declared: Mapping[str, Any], groups: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    """The targets that others inherit from and that nothing builds: they have no name either."""
    tables = [table for table in declared.values() if isinstance(table, dict)]
    inherited = {name for table in tables for name in _texts(table.get("inherits"))}
    contexts = [value or "" for table in tables for _, value in _pairs(table.get("contexts"))]
    used = {value.removeprefix("target:") for value in contexts if value.startswith("target:")}
    used |= {name for members in groups.values() for name in members}
    tagged = {
        name for name, table in declared.items() if isinstance(table, dict) and table.get("tags")
    }
    return frozenset(inherited - used - tagged)


def _flat(groups: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Groups of groups as groups of targets."""

    def members(name: str) -> tuple[str, ...]:
        # Each group once: nested groups may name one a million times.
        found: dict[str, None] = {}
        seen = {name}
        waiting = [iter(groups[name])]
        while waiting:
            one = next(waiting[-1], None)
            if one is None:
                waiting.pop()
            elif one not in groups:
                found[one] = None
            elif one not in seen:
                seen.add(one)
                waiting.append(iter(groups[one]))
        return tuple(found)

    return {name: members(name) for name in groups}


@dataclass(frozen=True)
class _Reading:
    file: str
    text: str
    declared: Mapping[str, Any]
    joined: dict[str, dict[str, Any]] = field(default_factory=dict)

    def target(self, name: str) -> Target:
        place = self._place(name)
        table = self._inherited(name, place, 0)
        contexts = _pairs(table.get("contexts"))
        outputs = tuple(_cache(table.get("output")))
        makes_image = not outputs or any(map(_is_of_image, outputs))
        return Target(
            name,
            context=str(table.get("context") or "."),
            dockerfile=str(table.get("dockerfile") or ""),
            inline=str(table.get("dockerfile-inline") or ""),
            stage=str(table.get("target") or ""),
            # buildx gives no name to what it writes to files, or only into its cache.
            tags=tuple(filter(None, _texts(table.get("tags")))) if makes_image else (),
            # buildx passes none that is null, not even the environment's.
            build_args=tuple((k, v) for k, v in _pairs(table.get("args")) if v is not None),
            contexts=tuple((key, value or "") for key, value in contexts),
            platforms=tuple(_texts(table.get("platforms"))),
            labels=tuple((key, value or "") for key, value in _pairs(table.get("labels"))),
            cache_from=tuple(_cache(table.get("cache-from"))),
            cache_to=tuple(_cache(table.get("cache-to"))),
            secrets=tuple(_cache(table.get("secret"))),
            ssh=tuple(_texts(table.get("ssh"))),
            place=place,
            unread=tuple(sorted(key for key in table if key not in _READ)),
            outputs=outputs,
            attests=tuple(_cache(table.get("attest"))),
        )

    def _inherited(self, name: str, place: Place, depth: int) -> dict[str, Any]:
        """A target with its inherited values: tables are joined, everything else is replaced."""
        if name in self.joined:
            return self.joined[name]
        if depth > _DEEPEST:
            raise InputError(
                f"target '{name}' inherits from itself, or through more than {_DEEPEST} others",
                place=place,
            )
        own = self.declared.get(name)
        if not isinstance(own, dict):
            raise InputError(f"there is no target '{name}' to inherit from", place=place)
        joined: dict[str, Any] = {}
        parents = [self._inherited(one, place, depth + 1) for one in _texts(own.get("inherits"))]
        for table in (*parents, own):
            for key, value in table.items():
                before = joined.get(key)
                is_joined = isinstance(before, dict) and isinstance(value, dict)
                joined[key] = dict(before or {}, **value) if is_joined else value
        self.joined[name] = joined
        return joined

    def _place(self, name: str) -> Place:
        return Place(self.file, self._lines.get(json.dumps(name)))

    @cached_property
    def _lines(self) -> dict[str, int]:
        """The first line that begins with each key."""
        found: dict[str, int] = {}
        for number, line in enumerate(self.text.splitlines(), 1):
            if key := _KEY.match(line):
                found.setdefault(key[1], number)
        return found


def _is_of_image(output: str) -> bool:
    """Whether an entry of ``output`` writes an image; a bare path is a directory for its files."""
    kind = dict(part.partition("=")[::2] for part in output.split(",")).get("type", "local")
    return kind in {"image", "registry", "docker", "oci"}


def _texts(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


def _cache(value: object) -> Iterator[str]:
    """Entries in the form of buildx's command line; newer versions print each as a table."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield ",".join(f"{key}={item}" for key, item in one.items())


def _pairs(value: object) -> Iterator[tuple[str, str | None]]:
    for key, one in value.items() if isinstance(value, dict) else ():
        yield str(key), None if one is None else str(one)
