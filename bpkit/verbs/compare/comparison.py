"""The measurements of two ways to the same small image, for ``bpkit compare``'s table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """One way to the image: its cost in maintenance, and at build time.

    ``files`` are the files to maintain; ``steps`` is the number of steps in the plan,
    ``artifacts`` that of files copied to the host. Sizes are in bytes, times in seconds.
    ``left`` are the leftover images, besides the one that ships, with their sizes.
    """

    name: str
    files: tuple[str, ...]
    steps: int
    artifacts: int
    size: int
    cold: float
    warm: float
    left: tuple[tuple[str, int], ...]

    @property
    def left_bytes(self) -> int:
        return sum(size for _, size in self.left)


@dataclass(frozen=True)
class Comparison:
    """The builder pattern and the multi-stage build of one project, on one engine."""

    project: str
    builder: Way
    multi_stage: Way
    same_layers: bool
