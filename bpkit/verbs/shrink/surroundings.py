"""What is known of a fat image besides its files."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpkit.image import Packages, Rootfs
from bpkit.verbs.shrink.learned import Learned


@dataclass(frozen=True)
class Surroundings:
    """What is known of a fat image besides its files: the base image's files, the packages, where
    COPY and ADD put files, and what runs of it showed (``traced``: whether any was watched)."""

    base: Rootfs | None = None
    packages: Packages = field(default_factory=Packages)
    copies: tuple[str, ...] = ()
    learned: Learned = field(default_factory=Learned)
    traced: bool = False
