"""Images in a workspace that share a name, a whole build, or the stages of one Dockerfile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpkit.readers.workspace import Target, built_alike, clashes


def check_names(targets: Iterable[Target]) -> None:
    """Raise InputError for two different images with one name, which would replace each other."""
    for clash in clashes(targets):
        raise clash


def taking_turns(targets: Iterable[Target], *, buildkit: bool) -> Mapping[str, str]:
    """The images that wait for another one though they don't need it, with that one.

    An image that is declared twice is built once, and then found up to date. Concurrent builds on
    the classic builder each build a shared stage: there the images of one Dockerfile are built one
    after another, so that the second finds the stages of the first.
    """
    first: dict[object, str] = {}
    after = {}
    for target in targets:
        build = built_alike(target)
        key = build if buildkit else (target.context, target.dockerfile, target.inline)
        if key in first:
            after[target.name] = first[key]
        first[key] = target.name
    return after
