"""Build arguments of the builder itself."""

from __future__ import annotations

#: Build arguments that need no ARG (Dockerfile reference: Predefined ARGs).
PREDEFINED = frozenset(
    name
    for stem in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (stem, stem.lower())
) | {"BUILDKIT_INLINE_CACHE", "SOURCE_DATE_EPOCH"}
