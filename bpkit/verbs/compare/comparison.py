"""Both ways to the same small image, measured: the values behind ``bpkit compare``'s table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """One way to the image: what it costs to keep, and what it costs to run.

    ``files`` are those that somebody must maintain; ``steps`` counts what the plan does;
    ``artifacts`` what is copied to the host on the way. Sizes are in bytes, times in seconds.
    ``left`` names the images, besides the one that ships, that stay behind, with their sizes.
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
