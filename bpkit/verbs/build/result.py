"""The result of a build, as a value that the report shows."""

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
    more_tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class BuildResult:
    """The result of a build; the last image is the one that ships. ``seconds`` is wall time.

    ``run`` is the command that starts it; empty if the image has no command.
    """

    project: str
    style: str
    images: tuple[MadeImage, ...]
    up_to_date: bool
    seconds: float
    run: str = ""

    @property
    def final(self) -> MadeImage:
        return self.images[-1]
