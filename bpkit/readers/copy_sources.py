"""Whether the build context has the sources of COPY, ADD and bind mounts, in every project form."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from bpkit.errors import InputError
from bpkit.formats.context import ContextSource, needs
from bpkit.formats.dockerfile import Dockerfile
from bpkit.formats.text import nearest
from bpkit.light import dataclass


@dataclass(frozen=True)
class ContextFiles:
    """The files of a build context, as far as a Dockerfile's sources refer to them.

    ``present`` returns whether the context has a source (a path or a pattern, relative to the
    context); ``names`` are the paths that a typo may have meant.
    """

    present: Callable[[ContextSource], bool]
    names: tuple[str, ...] = ()


def check_sources(
    dockerfile: Dockerfile, files: ContextFiles, build_args: Mapping[str, str]
) -> None:
    """Raise InputError for a source of ``dockerfile`` that isn't in the context.

    A pattern that matches nothing is left to the engine: BuildKit copies no files for it.
    """
    for source in needs(dockerfile, build_args=build_args).sources:
        check_inside(source)
        if source.pattern == "." or source.glob or not source.known or files.present(source):
            continue
        near = nearest(source.pattern, files.names)
        raise InputError(
            f"{source.keyword} source '{source.text}' is not in the context",
            place=source.place,
            hint=f"did you mean '{near}'?" if near else "a source is a path in the build context",
        )


def check_inside(source: ContextSource) -> None:
    """Raise InputError for a path that leads out of the context."""
    if posixpath.normpath(source.text).startswith(".."):
        raise InputError(
            f"{source.keyword} source '{source.text}' is outside the build context",
            place=source.place,
            hint="move it into the project, or build with a context that contains it",
        )
