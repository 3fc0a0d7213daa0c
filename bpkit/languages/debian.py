"""The release of Debian that the images of an old toolchain stand on."""

from __future__ import annotations

import re

from bpkit.languages.detected import Values

NEWEST, BEFORE = "bookworm", "bullseye"
#: The first version of each image that has tags for bookworm, which came out in June 2023: of what
#: was out of support by then, the newest image stands on the release before.
_FIRST = {"node": (16,), "python": (3, 7), "ruby": (3, 0), "php": (8, 0), "rust": (1, 70)}


def old_toolchain(values: Values) -> str:
    """The image and version, ``node 14``, that has no tag for bookworm; empty if none is such."""
    for image, first in _FIRST.items():
        version = str(values.get(f"{image}_version", ""))
        parts = tuple(int(part) for part in re.findall(r"\d+", version))
        # ``3`` alone is the newest of them.
        if parts and parts[: len(first)] < first[: len(parts)]:
            return f"{image} {version}"
    return ""


def on_old_debian(text: str) -> str:
    """The Dockerfile with images of the release before."""
    return text.replace(f"-{NEWEST}", f"-{BEFORE}")
