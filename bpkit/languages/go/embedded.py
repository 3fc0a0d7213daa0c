"""The files that a program embeds with go:embed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from bpkit.languages.listing import Listing

_DIRECTIVE = re.compile(r"^//go:embed\s+([^\n]+)", re.MULTILINE)
_OF_BUILDS = re.compile(r"(?:^|/)(?:dist|build|bin|out|target|vendor)(?:/|$)")


def embedded_paths(listing: Listing, sources: Sequence[str]) -> tuple[str, ...]:
    """Embedded directories that the patterns for build output may keep out of the context."""
    paths = (path for _, path in _embedded(listing, sources))
    return tuple(
        dict.fromkeys(path for path in paths if listing.has(path) and _OF_BUILDS.search(path))
    )


def embedded_notes(listing: Listing, sources: Sequence[str]) -> Iterator[str]:
    """Notes about embedded paths that the project doesn't have: something has to make them."""
    for file, path in _embedded(listing, sources):
        if (
            path not in {"", "."}
            and not listing.has(path)
            and not listing.has_folder(path.rpartition("/")[0] or ".")
        ):
            yield f"{file} embeds {path}, which the project doesn't have: it has to be built first"


def _embedded(listing: Listing, sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each source, and a path that it embeds; for a pattern, the part before its ``*``."""
    for file in sources:
        folder = file.rpartition("/")[0]
        for line in _DIRECTIVE.findall(listing.read(file)):
            for pattern in line.split():
                plain = pattern.strip('"`').removeprefix("all:").partition("*")[0].rstrip("/")
                yield file, posixpath.normpath(posixpath.join(folder, plain))
