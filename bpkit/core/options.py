"""The input of a plan besides the recipe: the user's options, and the facts of this build."""

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

    ``paths`` are relative to the context; ``.`` alone is the whole context. ``ignore`` is the text
    of the context's ``.dockerignore``, which applies to the staged files too; None if there is
    none.
    """

    paths: tuple[str, ...] = ()
    ignore: str | None = None

    def without_ignore(self) -> HostFiles:
        """The same files without the ignore file."""
        return replace(self, ignore=None)


@dataclass(frozen=True)
class Facts:
    """Facts known only at build time: the builder, and which host files are staged.

    An image that isn't in ``staged`` is built in its context as it is, unless artifacts are copied
    to it. ``reached_by`` maps a context's path to another one under which the engine is given it;
    the context of an image in ``linked`` is given under a path that is new in each run.
    ``enough`` is the id of the first image with which all others already exist; empty if
    that isn't known.
    """

    buildkit: bool = True
    staged: Mapping[str, HostFiles] = field(default_factory=dict, hash=False)
    reached_by: Mapping[str, str] = field(default_factory=dict, hash=False)
    linked: frozenset[str] = frozenset()
    enough: str = ""
