"""The difference between two images, by path, package, kind and Dockerfile line."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from bpkit.verbs.size.packages.model import Package
from bpkit.verbs.size.result import ImageSize, directory_sizes

Fate = Literal["added", "removed", "changed", "same"]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Change:
    """One thing's sizes before and after; None where it doesn't exist. ``note`` is a remark."""

    name: str
    before: int | None
    after: int | None
    note: str = ""

    @property
    def delta(self) -> int:
        return (self.after or 0) - (self.before or 0)

    @property
    def fate(self) -> Fate:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.delta or self.note else "same"


@dataclass(frozen=True)
class SizeComparison:
    """The changes from ``before`` to ``after``, the largest first, without what is equal."""

    before: ImageSize
    after: ImageSize
    paths: tuple[Change, ...]
    packages: tuple[Change, ...]
    kinds: tuple[Change, ...]
    layers: tuple[Change, ...]
    directories: tuple[Change, ...]

    @property
    def delta(self) -> int:
        return self.after.size - self.before.size


def compared(before: ImageSize, after: ImageSize) -> SizeComparison:
    """The differences between two images."""
    return SizeComparison(
        before,
        after,
        _paths(before, after),
        _packages(before, after),
        _changes(
            {str(kind): size for kind, size, _ in before.by_kind()},
            {str(kind): size for kind, size, _ in after.by_kind()},
        ),
        _layers(before, after),
        _directories(before, after),
    )


def _paths(before: ImageSize, after: ImageSize) -> tuple[Change, ...]:
    old = {one.path: one for one in before.files}
    new = {one.path: one for one in after.files}
    found = []
    for path in old.keys() | new.keys():
        one, other = old.get(path), new.get(path)
        is_other = one is not None and other is not None and one.digest != other.digest
        change = Change(
            path,
            one.size if one else None,
            other.size if other else None,
            "other content" if is_other else "",
        )
        found.append(change)
    return _ordered(found)


def _packages(before: ImageSize, after: ImageSize) -> tuple[Change, ...]:
    old, new = _by_name(before), _by_name(after)
    found = []
    for key in old.keys() | new.keys():
        one, other = old.get(key), new.get(key)
        versions = (_versions(one), _versions(other))
        note = f"{versions[0]} → {versions[1]}" if one and other and len(set(versions)) > 1 else ""
        found.append(
            Change(
                ": ".join(key),
                sum(one.values()) if one else None,
                sum(other.values()) if other else None,
                note or versions[1] or versions[0] if not (one and other) else note,
            )
        )
    return _ordered(found)


def _by_name(image: ImageSize) -> dict[tuple[str, str], dict[Package, int]]:
    """The packages by manager and name: npm may install several versions of one package."""
    found: dict[tuple[str, str], dict[Package, int]] = {}
    for package, size, _ in image.by_package():
        found.setdefault((package.manager, package.name), {})[package] = size
    return found


def _versions(packages: Iterable[Package] | None) -> str:
    return ", ".join(sorted({one.version for one in packages or ()}))


def _layers(before: ImageSize, after: ImageSize) -> tuple[Change, ...]:
    """The layers by instruction, so that a line that only moved counts as the same."""
    return _changes(_by_instruction(before), _by_instruction(after))


def _by_instruction(image: ImageSize) -> dict[str, int]:
    found: dict[str, int] = {}
    for layer in image.layers:
        name = layer.created_by or layer.digest
        found[name] = found.get(name, 0) + layer.size
    return found


def _directories(before: ImageSize, after: ImageSize) -> tuple[Change, ...]:
    """The directories whose difference isn't due to a single subdirectory."""
    old = directory_sizes((one.path, one.size) for one in before.files)
    new = directory_sizes((one.path, one.size) for one in after.files)
    deltas = {path: new.get(path, 0) - old.get(path, 0) for path in old.keys() | new.keys()}
    told_below = {
        path.rpartition("/")[0] or "/"
        for path, delta in deltas.items()
        if path != "/" and delta and deltas.get(path.rpartition("/")[0] or "/") == delta
    }
    found = (
        Change(path, old.get(path), new.get(path))
        for path, delta in deltas.items()
        if delta and path not in told_below
    )
    return _ordered(found)


def _changes(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Change, ...]:
    return _ordered(
        Change(name, before.get(name), after.get(name)) for name in before.keys() | after.keys()
    )


def _ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    differing = (one for one in changes if one.fate != "same")
    return tuple(sorted(differing, key=lambda one: (-abs(one.delta), one.name)))
