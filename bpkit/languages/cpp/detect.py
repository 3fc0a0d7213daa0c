"""C++: C's build systems, with a C++ source among the files."""

from __future__ import annotations

from bpkit.languages.c import detect as c
from bpkit.languages.detected import Detected, ProjectWishes
from bpkit.languages.listing import Listing
from bpkit.languages.source_suffixes import CPP


def sign(listing: Listing) -> str | None:
    """A build system's file, with a C++ source."""
    return c.built_by(listing, *CPP) if c.has_cpp(listing) else None


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The build system's program and its port."""
    return c.project(listing, wishes, "C++")
