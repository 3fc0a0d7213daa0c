"""``bpkit bake``: writes a workspace as ``docker-bake.json``, for docker buildx bake."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.bake.baking import bake_on
    from bpkit.verbs.bake.run import BAKE_FILE, bake_file

__all__ = [
    "BAKE_FILE",
    # The file for all members
    "bake_file",
    # Build the images with these names (default: all) and what they need; returns their
    # names.
    "bake_on",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "baking": "bake_on",
        "run": "BAKE_FILE bake_file",
    },
)
