"""Variables to which more are added repeatedly, without a copy of all of them each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")

# This many additions are searched one by one; then they become one mapping.
_DEEPEST = 32


class Scope(Mapping[str, Value], Generic[Value]):
    """The contents of ``below``, overridden by ``own``; neither may change any more.

    Each instruction that sets a variable makes one of these: ten thousand copies of ten thousand
    variables would take minutes.
    """

    __slots__ = ("_below", "_depth", "_own")

    def __init__(self, below: Mapping[str, Value], own: Mapping[str, Value]) -> None:
        self._own: Mapping[str, Value] = own
        self._below: Mapping[str, Value] = below
        self._depth: int = below._depth + 1 if isinstance(below, Scope) else 1
        if self._depth > _DEEPEST:
            self._flatten()

    def _flatten(self) -> None:
        layers: list[Mapping[str, Value]] = [self._own]
        below = self._below
        while isinstance(below, Scope):
            layers.append(below._own)
            below = below._below
        flat = dict(below)
        for layer in reversed(layers):
            flat.update(layer)
        self._own, self._below, self._depth = flat, {}, 1

    def __getitem__(self, name: str) -> Value:
        at: Scope[Value] | None = self
        rest: Mapping[str, Value] = self._below
        while at is not None:
            if name in at._own:
                return at._own[name]
            rest = at._below
            at = rest if isinstance(rest, Scope) else None
        return rest[name]

    def __contains__(self, name: object) -> bool:
        at: Mapping[str, Value] = self
        while isinstance(at, Scope):
            if name in at._own:
                return True
            at = at._below
        return name in at

    def __bool__(self) -> bool:
        return bool(self._own) or bool(self._below)

    def __iter__(self) -> Iterator[str]:
        if self._below:
            self._flatten()
        return iter(self._own)

    def __len__(self) -> int:
        if self._below:
            self._flatten()
        return len(self._own)
