"""``bpkit images``: what was built, and how much smaller it is."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.verbs.images.inventory import (
        CONTAINER_FORMAT,
        Leftovers,
        ListedImage,
        Removed,
        belongings,
        full_name,
        read_containers,
    )
    from bpkit.verbs.images.report import images_json, images_text
    from bpkit.verbs.images.run import images

__all__ = [
    # What ``ps --format`` is asked for.
    "CONTAINER_FORMAT",
    # What there is to remove; ``busy`` are containers of runs that are still on.
    "Leftovers",
    # An image that bpkit made; ``against`` is the image whose size it is held against.
    "ListedImage",
    # What was removed, by name, and what could not be, with the engine's reason.
    "Removed",
    # Which of a project's labelled images it made itself.
    "belongings",
    # A tag without what an engine puts in front of a short name, and with its version.
    "full_name",
    # The images that bpkit made, of one project or of all
    "images",
    # The images as JSON; sizes in bytes.
    "images_json",
    # The table; without images a sentence that says so.
    "images_text",
    # The containers that a run of bpkit made, in the lines of ``ps --format
    # CONTAINER_FORMAT``.
    "read_containers",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "inventory": (
            "CONTAINER_FORMAT Leftovers ListedImage Removed belongings full_name read_containers"
        ),
        "report": "images_json images_text",
        "run": "images",
    },
)
