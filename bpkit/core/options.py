"""What goes into a plan besides the recipe: the user's options, and facts of the moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

WHOLE = "."


@dataclass(frozen=True)
class BuildOptions:
    """The user's options for every ``docker build``; never the values of secrets.

    ``outputs``, ``load`` and ``metadata_file`` apply to the final image only; their
    paths are relative to the project.
    """

    build_args: tuple[tuple[str, str | None], ...] = ()
    platform: str | None = None
    no_cache: bool = False
    pull: bool = False
    secrets: tuple[str, ...] = ()
    ssh: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    load: bool = False
    metadata_file: str = ""


@dataclass(frozen=True)
class HostFiles:
    """The host files that go into a staged context.

    ``paths`` are relative to the context; ``.`` alone is all of it. ``ignore`` is the text of the
    context's ``.dockerignore``, which applies to the staged files too; None if there is none.
    """

    paths: tuple[str, ...] = ()
    ignore: str | None = None

    def without_ignore(self) -> HostFiles:
        """The same files without the ignore file."""
        return replace(self, ignore=None)


@dataclass(frozen=True)
class Facts:
    """What is known only at the time of the build: the builder, and which host files are staged.

    An image that is not in ``staged`` is built in its context as it is, unless artifacts flow
    into it. ``reached_by`` tells by a context's path under which other one the engine is given it;
    a context of an image in ``linked`` is given to it under a path that each run makes anew.
    ``enough`` is the id of the first image with which all others are made already; empty if
    that is not known.
    """

    buildkit: bool = True
    staged: Mapping[str, HostFiles] = field(default_factory=dict, hash=False)
    reached_by: Mapping[str, str] = field(default_factory=dict, hash=False)
    linked: frozenset[str] = frozenset()
    enough: str = ""
