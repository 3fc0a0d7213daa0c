"""Compare two images: the differences in their files and in their configuration.

Times don't count, since they differ in every build. Differences between two builds of the same form
are separated as noise (``without_noise``); a second build of that form shows them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpkit.image.contents import Contents, ContentsItem

#: The parts of the configuration that affect an image's behaviour, as in ``image inspect``.
_SETTINGS = {
    "Entrypoint": "entrypoint",
    "Cmd": "cmd",
    "Env": "env",
    "User": "user",
    "WorkingDir": "workdir",
    "ExposedPorts": "ports",
    "Volumes": "volumes",
    "Labels": "labels",
    "Healthcheck": "healthcheck",
    "StopSignal": "stop signal",
    "Shell": "shell",
    "OnBuild": "onbuild",
}
_OUR_LABELS = "io.bpkit."


@dataclass(frozen=True)
class Difference:
    """One difference: ``what`` (mode, content, entrypoint …) of ``subject``.

    ``subject`` is an absolute path, or ``configuration``. ``before`` and ``after`` are texts for
    the user, empty if there is nothing.
    """

    subject: str
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.what}: {self.before or 'none'} → {self.after or 'none'}"


CONFIGURATION = "configuration"


@dataclass(frozen=True)
class Snapshot:
    """An image: its files, and its configuration as ``image inspect`` has it."""

    contents: Contents
    config: Mapping[str, Any]


@dataclass(frozen=True)
class DiffVerdict:
    """The comparison of two images. ``noise`` differs between two builds of the same form too.

    ``times`` is the number of paths with a different time, ``paths`` the number compared. ``own``
    are files in the image that the change being verified writes or removes itself.
    """

    image: str
    differences: tuple[Difference, ...]
    noise: tuple[Difference, ...]
    times: int
    paths: int
    own: tuple[Difference, ...] = ()

    @property
    def is_same(self) -> bool:
        return not self.differences


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """All differences, configuration first, then by path."""
    return (*_config(before.config, after.config), *_files(before.contents, after.contents))


def without_noise(
    found: Iterable[Difference], noise: Iterable[Difference]
) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """The differences that count, and those that a second build of the same form shows too.

    A file named after the time (npm's logs) has a different name in each build.
    """
    shaky = {(_timeless(one), one.what) for one in noise}
    listed = tuple(found)
    return (
        tuple(one for one in listed if (_timeless(one), one.what) not in shaky),
        tuple(one for one in listed if (_timeless(one), one.what) in shaky),
    )


_TIME_IN_NAME = re.compile(r"\d{4}[\dT_:.-]{6,}\d")


def _timeless(one: Difference) -> str:
    return _TIME_IN_NAME.sub("#", one.subject) if one.what == "path" else one.subject


def without_own(
    found: Iterable[Difference], before: Contents, after: Contents, digests: Collection[str]
) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """The differences that count, and those of files with one of these texts on both sides.

    The file may be missing on one side. A directory that is on one side only and contains nothing
    but such files is included.
    """
    own: set[str] = set()
    others: set[str] = set()
    for contents in (before, after):
        for path, item in contents.items.items():
            if item.kind != "directory":
                is_own = item.kind == "file" and item.digest in digests
                (own if is_own else others).update(_with_those_above(path))

    def counts(one: Difference) -> bool:
        path = one.subject.lstrip("/")
        there = [item for side in (before, after) if (item := side.items.get(path))]
        is_on_both = len(there) > 1 and any(item.kind == "directory" for item in there)
        is_path = one.subject.startswith("/")
        return is_on_both or not is_path or path not in own or path in others

    listed = tuple(found)
    return (
        tuple(one for one in listed if counts(one)),
        tuple(one for one in listed if not counts(one)),
    )


def _with_those_above(path: str) -> Iterator[str]:
    """The path, and the directories above it, without the root."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def times_differ(before: Contents, after: Contents) -> int:
    """The number of paths that differ only in their time."""
    return sum(
        1
        for path, item in before.items.items()
        if (other := after.items.get(path)) is not None and item.time != other.time
    )


def _config(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key, name in _SETTINGS.items():
        one, other = _setting(key, before), _setting(key, after)
        if one != other:
            yield Difference(CONFIGURATION, name, _shown(one), _shown(other))


def _setting(key: str, config: Mapping[str, Any]) -> Any:
    value = config.get(key)
    if key == "Labels":
        value = {k: v for k, v in (value or {}).items() if not k.startswith(_OUR_LABELS)}
    if key == "Env":
        value = sorted(value or ())
    if key == "WorkingDir":
        # An image without a WORKDIR starts in /; builders write either form.
        value = value or "/"
    return value or None


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{k}={v}" if v not in ({}, None) else str(k) for k, v in value.items())
    return str(value)


def _files(before: Contents, after: Contents) -> Iterator[Difference]:
    for path in sorted({*before.items, *after.items}):
        one, other = before.items.get(path), after.items.get(path)
        subject = f"/{path}" if path != "." else "/"
        if one is None or other is None:
            yield Difference(subject, "path", one.kind if one else "", other.kind if other else "")
            continue
        for what, first, second in _facts(one, other):
            if first != second:
                yield Difference(subject, what, first, second)


def _facts(one: ContentsItem, other: ContentsItem) -> Iterator[tuple[str, str, str]]:
    yield "type", one.kind, other.kind
    yield "mode", f"{one.mode:04o}", f"{other.mode:04o}"
    yield "owner", f"{one.uid}:{one.gid}", f"{other.uid}:{other.gid}"
    yield "size", str(one.size), str(other.size)
    yield "content", one.digest[:12], other.digest[:12]
    yield "leads to", one.target, other.target
    yield "names", str(one.names), str(other.names)
    yield "attributes", _shown(dict(one.attributes)), _shown(dict(other.attributes))
