"""``bpkit bake``: writes a workspace as ``docker-bake.json``, for docker buildx bake."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.bake.baking import bake_on
    from bpkit.verbs.bake.run import BAKE_FILE, bake_file
    from bpkit.verbs.bake.text import bake_json

__all__ = [
    "BAKE_FILE",
    # The file for all members
    "bake_file",
    # The document with what buildx would evaluate escaped: every string is a template of HCL.
    "bake_json",
    # Build the images of these names (all, if there are none), and what they need; their
    # names.
    "bake_on",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "baking": "bake_on",
        "run": "BAKE_FILE bake_file",
        "text": "bake_json",
    },
)
