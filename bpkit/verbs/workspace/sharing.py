"""Images in a workspace that share a name, a whole build, or the stages of one Dockerfile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bpkit.errors import InputError
from bpkit.readers.workspace import Target


def check_names(targets: Iterable[Target]) -> None:
    """Raise InputError for two different images with one name: which one stays would be chance."""
    seen: dict[str, Target] = {}
    for target in targets:
        for tag in target.tags:
            other = seen.setdefault(tag, target)
            if build_of(other) != build_of(target):
                raise InputError(
                    f"'{other.name}' and '{target.name}' are built differently, "
                    f"and both are called '{tag}'",
                    place=target.place,
                    hint="give each image its own name, or build one of them by its name",
                )


def taking_turns(targets: Iterable[Target], *, buildkit: bool) -> Mapping[str, str]:
    """The images that wait for another one though they don't need it, with that one.

    An image that is declared twice is built once, and then found up to date. Concurrent builds on
    the classic builder each build a shared stage: there the images of one Dockerfile are built one
    after another, so that the second finds the stages of the first.
    """
    first: dict[object, str] = {}
    after = {}
    for target in targets:
        build = build_of(target)
        key = build if buildkit else (target.context, target.dockerfile, target.inline)
        if key in first:
            after[target.name] = first[key]
        first[key] = target.name
    return after


def build_of(target: Target) -> Target:
    """The target without the keys that don't affect its image."""
    return replace(target, name="", place=None, unread=())
