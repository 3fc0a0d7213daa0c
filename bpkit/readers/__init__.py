"""Each form in which a project may be written, read into a Recipe."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.readers.build_file import read_build_file
    from bpkit.readers.pair import Pair, check_sources, read_pair

__all__ = [
    # The two Dockerfiles and what else was read with them.
    "Pair",
    # Raise InputError for a source of ``dockerfile`` that the context does not have.
    "check_sources",
    # What the file in ``text`` does; the arguments are those of ``read_script``.
    "read_build_file",
    # The recipe of a pair.
    "read_pair",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "build_file": "read_build_file",
        "pair": "Pair check_sources read_pair",
    },
)
