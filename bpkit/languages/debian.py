"""The Debian release that an old toolchain's images are based on."""

from __future__ import annotations

import re

from bpkit.languages.detected import Values

NEWEST, BEFORE = "bookworm", "bullseye"
#: The first version of each image with tags for bookworm, released in June 2023: a version that
#: was out of support by then has its newest image on the release before.
_FIRST = {"node": (16,), "python": (3, 7), "ruby": (3, 0), "php": (8, 0), "rust": (1, 70)}


def old_toolchain(values: Values) -> str:
    """The image and version, such as ``node 14``, if it has no tag for bookworm; else empty."""
    for image, first in _FIRST.items():
        version = str(values.get(f"{image}_version", ""))
        parts = tuple(int(part) for part in re.findall(r"\d+", version))
        # ``3`` alone means the newest release.
        if parts and parts[: len(first)] < first[: len(parts)]:
            return f"{image} {version}"
    return ""


def on_old_debian(text: str) -> str:
    """The Dockerfile with images on the previous Debian release."""
    return text.replace(f"-{NEWEST}", f"-{BEFORE}")
