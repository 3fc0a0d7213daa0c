"""``bpkit images``: lists what was built, and how much smaller it is."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.images.inventory import (
        CONTAINER_FORMAT,
        Belongings,
        Leftovers,
        ListedImage,
        Removed,
        belongings,
        full_name,
        read_containers,
    )
    from bpkit.verbs.images.report import images_json, images_text
    from bpkit.verbs.images.run import identity, images, images_of, without_stages

__all__ = [
    # The format for ``ps --format``.
    "CONTAINER_FORMAT",
    # The things of a project that can be removed, and images that only carry its label.
    "Belongings",
    # The things to remove; ``busy`` are containers of runs that haven't ended.
    "Leftovers",
    # An image that bpkit made; ``against`` is the image whose size it is compared with.
    "ListedImage",
    # The names of what was removed, and of what could not be, with the engine's reason.
    "Removed",
    # The labelled images that this project made, and no other project.
    "belongings",
    # A tag without the registry that an engine adds to a short name, and with its version.
    "full_name",
    # The project's name and its tags, as far as its files show
    "identity",
    # The images that bpkit made, of one project or of all
    "images",
    # The images as JSON; sizes in bytes.
    "images_json",
    # The images of these projects
    "images_of",
    # The table, or a sentence if there are no images; ``whose`` is the project's directory.
    "images_text",
    # The containers that a run of bpkit made, from the lines of ``ps --format
    # CONTAINER_FORMAT``.
    "read_containers",
    # The images without those of earlier stages, which the classic builder leaves untagged.
    "without_stages",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "inventory": (
            "Belongings CONTAINER_FORMAT Leftovers ListedImage Removed belongings full_name "
            "read_containers"
        ),
        "report": "images_json images_text",
        "run": "identity images images_of without_stages",
    },
)
