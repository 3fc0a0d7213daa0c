"""Text handling for several formats: patterns of Go's path.Match, blanks, misspelled names."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.text.allowance import Allowance, TooMuchError
    from bpkit.formats.text.documents import check_depth, parse_json, parse_toml
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
    from bpkit.formats.text.toml_lines import KeyPath, toml_line

__all__ = [
    "AT_SPACES",
    "SPACES",
    # The remaining work; ``place`` is the place being read, for the message.
    "Allowance",
    # A pattern that Go calls malformed: an open class, an empty range, a last backslash.
    "GlobError",
    # Keys from the top; a number counts the tables of an array, from 0.
    "KeyPath",
    # An input that needs more work than any of its kind written by a person.
    "TooMuchError",
    # Words that grow piece by piece; an empty word doesn't count, even a quoted one.
    "Words",
    # Raise InputError for a text whose brackets are nested deeper than anybody writes them.
    "check_depth",
    # The pattern compiled for many paths; a malformed one raises only when it is used.
    "compiled",
    # Whether COPY treats ``text`` as a pattern: it has a ``*``, ``?`` or ``[`` that isn't
    # escaped.
    "is_glob",
    # Whether one edit (a letter more, less, other, or two swapped) turns one into the other.
    "is_near",
    # Whether ``path`` as a whole matches ``pattern``.
    "match",
    # The ``paths`` that a source of COPY or ADD names, in their order.
    "match_sources",
    # The first of ``candidates`` that is one edit away from ``name``, letter case aside.
    "nearest",
    # The directories above ``path``, the nearest last, without the context itself.
    "parents",
    # The value that the JSON text of this file holds
    "parse_json",
    # The tables that the TOML text of this file holds
    "parse_toml",
    # A source of COPY or ADD as a path relative to the context: cleaned, ``..`` can't leave
    # it.
    "source_path",
    # The line of the key at ``path``, or of the nearest table around it; None if there is
    # none.
    "toml_line",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "allowance": "Allowance TooMuchError",
        "documents": "check_depth parse_json parse_toml",
        "globs": "GlobError compiled is_glob match match_sources source_path",
        "near": "is_near nearest",
        "paths": "parents",
        "spaces": "AT_SPACES SPACES Words",
        "toml_lines": "KeyPath toml_line",
    },
)
