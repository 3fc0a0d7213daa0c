"""``bpkit diff``: why two builds of the same source are not the same image."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.diff.difference import ImageDifference, differing
    from bpkit.verbs.diff.report import difference_json, difference_text

__all__ = [
    # How two images differ
    "ImageDifference",
    # The difference as data, with every path.
    "difference_json",
    # What differs, layer by layer, and what usually makes it so.
    "difference_text",
    # The difference of two images, each with its name, its blobs and its layers.
    "differing",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "difference": "ImageDifference differing",
        "report": "difference_json difference_text",
    },
)
