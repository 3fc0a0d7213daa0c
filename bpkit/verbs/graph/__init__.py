"""``bpkit graph``: draws which images in a workspace need which."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.graph.drawing import FORMATS, drawn, graph_json

__all__ = [
    "FORMATS",
    # The graph in one of ``FORMATS``
    "drawn",
    # The graph as JSON: the images in waves, and each need with its place.
    "graph_json",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "drawing": "FORMATS drawn graph_json",
    },
)
