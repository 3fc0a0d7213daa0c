"""What one rule's cases are: Dockerfiles in a line each, instructions with `` // `` between."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cases:
    """A line in ``fails`` breaks the rule once, a line in ``passes`` looks much like it and never.

    Whether a line breaks other rules too is theirs to say.
    """

    fails: tuple[str, ...]
    passes: tuple[str, ...]
