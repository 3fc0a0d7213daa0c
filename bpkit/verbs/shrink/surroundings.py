"""What is known of a fat image besides its files."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpkit.image import Packages, Rootfs
from bpkit.verbs.shrink.learned import Learned


@dataclass(frozen=True)
class Surroundings:
    """What is known of a fat image besides its files: the base image's files, the packages, where
    COPY and ADD put files, what runs of it showed (``traced``: whether any was watched), and the
    texts of the sources in the build context, of which a compiled program is made."""

    base: Rootfs | None = None
    packages: Packages = field(default_factory=Packages)
    copies: tuple[str, ...] = ()
    learned: Learned = field(default_factory=Learned)
    traced: bool = False
    sources: tuple[str, ...] = ()
