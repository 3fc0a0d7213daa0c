"""What verbs come to, as values that ``bpkit.report`` shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MadeImage:
    """An image that a run made (or found up to date); ``size`` is in bytes."""

    name: str
    role: str
    tag: str
    id: str
    size: int


@dataclass(frozen=True)
class BuildResult:
    """What a build came to; the last image is the one that ships. ``seconds`` is wall time."""

    project: str
    style: str
    images: tuple[MadeImage, ...]
    up_to_date: bool
    seconds: float

    @property
    def final(self) -> MadeImage:
        return self.images[-1]
