"""Ignore files: how the classic builder and BuildKit read them, and their verdict on a path."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.dockerignore.ignore import (
        BUILDKIT,
        CLASSIC,
        DIALECTS,
        NAME,
        UNTIL_20,
        Dialect,
        Ignore,
        IgnoreVerdict,
        names_for,
    )
    from bpkit.formats.dockerignore.pattern import Pattern, read_line
    from bpkit.formats.dockerignore.regexp import LineError

__all__ = [
    "BUILDKIT",
    "CLASSIC",
    "DIALECTS",
    "NAME",
    "UNTIL_20",
    # How a builder reads the file.
    "Dialect",
    # The lines of a ``.dockerignore`` in their order, and the dialect they are read in.
    "Ignore",
    # The verdict on one path.
    "IgnoreVerdict",
    # A line of .dockerignore that Docker refuses, or whose meaning bpkit can't tell.
    "LineError",
    # The paths that a line excludes, or includes again (``negated``).
    "Pattern",
    # The ignore files that BuildKit looks for, first one first: that of the Dockerfile wins.
    "names_for",
    # The pattern that a line without its line end is; None for a comment or an empty line.
    "read_line",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "ignore": "BUILDKIT CLASSIC DIALECTS Dialect Ignore IgnoreVerdict NAME UNTIL_20 names_for",
        "pattern": "Pattern read_line",
        "regexp": "LineError",
    },
)
