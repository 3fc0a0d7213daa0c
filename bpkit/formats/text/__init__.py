"""Text as several formats treat it: patterns of Go's path.Match, blanks, near misses of a name."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.formats.text.globs import (
        GlobError,
        compiled,
        is_glob,
        match,
        match_sources,
        source_path,
    )
    from bpkit.formats.text.near import is_near, nearest
    from bpkit.formats.text.paths import parents
    from bpkit.formats.text.spaces import AT_SPACES, SPACES, Words

__all__ = [
    "AT_SPACES",
    "SPACES",
    # A pattern that Go calls malformed: an open class, an empty range, a last backslash.
    "GlobError",
    # Words that grow piece by piece; an empty word is none, even a quoted one.
    "Words",
    # The pattern made ready for many paths; a malformed one raises only when it is used.
    "compiled",
    # Whether COPY takes ``text`` for a pattern: it has a ``*``, ``?`` or ``[`` not escaped.
    "is_glob",
    # Whether one edit (a letter more, less, other, or two swapped) turns one into the other.
    "is_near",
    # Whether ``path`` as a whole matches ``pattern``.
    "match",
    # Those of ``paths`` that a source of COPY or ADD names, in their order.
    "match_sources",
    # The first of ``candidates`` that is one edit away from ``name``, letter case aside.
    "nearest",
    # The directories above ``path``, the nearest last, without the context itself.
    "parents",
    # A source of COPY or ADD as a path relative to the context: cleaned, ``..`` can't leave
    # it.
    "source_path",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "globs": "GlobError compiled is_glob match match_sources source_path",
        "near": "is_near nearest",
        "paths": "parents",
        "spaces": "AT_SPACES SPACES Words",
    },
)
