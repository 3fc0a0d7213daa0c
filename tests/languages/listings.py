"""A project made of texts, for the tests of detection."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bpkit.languages.detected import Detected, ProjectWishes
from bpkit.languages.detection import detect
from bpkit.languages.listing import Listing


def listing(files: dict[str, str], name: str = "thing") -> Listing:
    """A project of these files."""
    return Listing(name, tuple(sorted(files)), files.__getitem__)


def detected(files: dict[str, str], **wishes: Any) -> Detected:
    """What the project of these files is found to be."""
    return detect(listing(files), replace(ProjectWishes(), **wishes))


def fact(found: Detected, what: str) -> tuple[str, str]:
    """The value of a fact, and the file that says it."""
    (one,) = (one for one in found.facts if one.what == what)
    return one.value, one.file
