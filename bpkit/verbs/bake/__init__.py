"""``bpkit bake``: writes a workspace as ``docker-bake.json``, for docker buildx bake."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.bake.baking import bake_command, bake_on, chosen_for
    from bpkit.verbs.bake.run import BAKE_FILE, bake_file
    from bpkit.verbs.bake.text import bake_json

__all__ = [
    "BAKE_FILE",
    # The call of buildx that builds these targets of the Bake file.
    "bake_command",
    # The file for all members
    "bake_file",
    # The document with what buildx would evaluate escaped: every string is a template of HCL.
    "bake_json",
    # Build the images with these names (default: all) and what they need; returns their
    # names.
    "bake_on",
    # The images of these names (all, if there are none), and what they need.
    "chosen_for",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "baking": "bake_command bake_on chosen_for",
        "run": "BAKE_FILE bake_file",
        "text": "bake_json",
    },
)
