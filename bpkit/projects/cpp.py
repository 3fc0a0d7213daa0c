"""C++: the build systems of C, with a source in C++ among the files."""

from __future__ import annotations

from bpkit.projects import c
from bpkit.projects.listing import Detected, Listing, Wishes

NAME = "cpp"


def sign(listing: Listing) -> str | None:
    return c.build_file(listing) if c.has_cpp(listing) else None


def read(listing: Listing, wishes: Wishes) -> Detected:
    """The build system's program and its port."""
    return c.project(listing, wishes, "C++")
