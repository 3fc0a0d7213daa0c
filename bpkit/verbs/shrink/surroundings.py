"""What is known about an old image besides its files."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpkit.image import Packages, Rootfs
from bpkit.verbs.shrink.learned import Learned


@dataclass(frozen=True)
class Surroundings:
    """What is known about an old image besides its files.

    These are the base image's files, the packages, the destinations of COPY and ADD, the
    observations from runs (``traced``: whether any was traced), and the texts of the sources in the
    build context, from which a compiled program is made.
    """

    base: Rootfs | None = None
    packages: Packages = field(default_factory=Packages)
    copies: tuple[str, ...] = ()
    learned: Learned = field(default_factory=Learned)
    traced: bool = False
    sources: tuple[str, ...] = ()
