"""Misspelled names: ``sratch``, ``hellogo.po``."""

from __future__ import annotations

from collections.abc import Iterable


def is_near(one: str, other: str) -> bool:
    """Whether one edit (a letter more, less, other, or two swapped) turns one into the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, rest_other = one[start:], other[start:]
    return (
        rest[1:] == rest_other[1:]
        or rest[1:] == rest_other
        or rest == rest_other[1:]
        or (rest[:2] == rest_other[1::-1] and rest[2:] == rest_other[2:])
    )


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The first of ``candidates`` that is one edit away from ``name``, letter case aside."""
    lower = name.lower()
    return next((c for c in candidates if is_near(lower, c.lower())), None)
