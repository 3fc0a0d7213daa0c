"""Paths as a build context and its ignore file name them: relative, with slashes."""

from __future__ import annotations

from collections.abc import Iterator


def parents(path: str) -> Iterator[str]:
    """The directories above ``path``, the nearest last, without the context itself."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)
