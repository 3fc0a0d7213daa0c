"""``bpkit size``: where the bytes of an image are, and what would take them away."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.verbs.size.data import size_json
    from bpkit.verbs.size.markdown import size_markdown
    from bpkit.verbs.size.report import size_text
    from bpkit.verbs.size.result import ImageSize
    from bpkit.verbs.size.run import Target, size_of, target_of

__all__ = [
    # An image, and where its bytes are
    "ImageSize",
    # What the user named: a saved image, a project's directory, or an image of an engine.
    "Target",
    # The image; ``files`` are those of its tree as a whole, by path only where it matters.
    "size_json",
    # A heading with the sizes, the layers, and what would take bytes away.
    "size_markdown",
    # Where the bytes of an image are.
    "size_of",
    # The image's bytes by layer, kind, package and directory, and what would take them away.
    "size_text",
    # What ``word`` names; a path on this machine comes before an image of the same name.
    "target_of",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "data": "size_json",
        "markdown": "size_markdown",
        "report": "size_text",
        "result": "ImageSize",
        "run": "Target size_of target_of",
    },
)
