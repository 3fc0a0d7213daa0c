"""Read each form of a project into a Recipe."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.readers.build_file import read_build_file
    from bpkit.readers.copy_sources import ContextFiles
    from bpkit.readers.multi_stage import read_multi_stage
    from bpkit.readers.pair import Pair, read_pair

__all__ = [
    # The files of a build context, as far as a Dockerfile's sources refer to them.
    "ContextFiles",
    # The two Dockerfiles, and the facts that were read with them.
    "Pair",
    # The actions of the file in ``text``; the arguments are those of ``read_script``.
    "read_build_file",
    # The recipe of a multi-stage Dockerfile; ``inline`` if its text is in no file of that
    # name.
    "read_multi_stage",
    # The recipe of a pair.
    "read_pair",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "build_file": "read_build_file",
        "copy_sources": "ContextFiles",
        "multi_stage": "read_multi_stage",
        "pair": "Pair read_pair",
    },
)
