"""What go:embed takes into a program."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from bpkit.languages.listing import Listing


def embedded_paths(listing: Listing, sources: Sequence[str]) -> tuple[str, ...]:
    """Folders that go:embed takes in, which patterns for what builds make may keep out."""
    found: dict[str, None] = {}
    for file in sources:
        folder = file.rpartition("/")[0]
        for line in re.findall(r"^//go:embed\s+([^\n]+)", listing.read(file), re.M):
            for pattern in line.split():
                path = posixpath.normpath(
                    posixpath.join(
                        folder, pattern.strip('"`').removeprefix("all:").partition("*")[0]
                    )
                )
                if listing.has(path) and re.search(
                    r"(?:^|/)(?:dist|build|bin|out|target|vendor)(?:/|$)", path
                ):
                    found[path] = None
    return tuple(found)


def embedded_notes(listing: Listing, sources: Sequence[str]) -> Iterator[str]:
    """What go:embed takes in and the project hasn't: something has to make it first."""
    for file in sources:
        folder = file.rpartition("/")[0]
        for line in re.findall(r"^//go:embed\s+([^\n]+)", listing.read(file), re.M):
            for pattern in line.split():
                path = posixpath.normpath(
                    posixpath.join(
                        folder,
                        pattern.strip('"`').removeprefix("all:").partition("*")[0].rstrip("/"),
                    )
                )
                if (
                    path not in {"", "."}
                    and not listing.has(path)
                    and not listing.has_folder(path.rpartition("/")[0] or ".")
                ):
                    yield (
                        f"{file} embeds {path}, which the project doesn't"
                        f" have: it has to be built first"
                    )
