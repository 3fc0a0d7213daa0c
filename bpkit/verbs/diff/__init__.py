"""``bpkit diff``: why two builds of the same source aren't the same image."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.diff.difference import ImageDifference, differing
    from bpkit.verbs.diff.report import (
        difference_json,
        difference_text,
        repetition_json,
        repetition_text,
    )

__all__ = [
    # How two images differ
    "ImageDifference",
    # The difference as data, with every path.
    "difference_json",
    # The differences, layer by layer, and their usual causes.
    "difference_text",
    # The difference between two images, each with its name, blobs and layers.
    "differing",
    # The same as data: the difference, and whether only times differ.
    "repetition_json",
    # Whether a second build without the cache made the same image, and if not, what differs.
    "repetition_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "difference": "ImageDifference differing",
        "report": "difference_json difference_text repetition_json repetition_text",
    },
)
