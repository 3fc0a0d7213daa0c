"""``bpkit bake``: a workspace as ``docker-bake.json``, for docker buildx bake."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.bake.run import BAKE_FILE, bake_file

__all__ = [
    "BAKE_FILE",
    # The file for all members
    "bake_file",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "run": "BAKE_FILE bake_file",
    },
)
