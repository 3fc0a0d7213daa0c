"""Convert recipes: several images into one file with stages, and back."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.conversion.archives import unpacking_run
    from bpkit.conversion.parts import Part, full_tag
    from bpkit.conversion.remarks import ConversionError, Converted, Note, Problem, Remarks
    from bpkit.conversion.stage_names import references_outside
    from bpkit.conversion.supplies import FromHost, Supply, takes
    from bpkit.conversion.to_pair.split import Wish, split
    from bpkit.conversion.to_stages.merge import MergeChoices, merged

__all__ = [
    # The input has no equivalent in the other form; lists every problem, not only the first.
    "ConversionError",
    # A recipe in the other form
    "Converted",
    # The source is one of the project's own files.
    "FromHost",
    # The user's choices, and the content of each image's context, by the image's name.
    "MergeChoices",
    # A decision of the conversion that the reader of the result should know.
    "Note",
    # One Dockerfile and the images that are built from it.
    "Part",
    # Something that can't be carried over: its place, a message, and a hint.
    "Problem",
    # Collects problems and notes while a conversion goes on.
    "Remarks",
    # Something at ``destination`` in a context that comes from ``stage``.
    "Supply",
    # The wanted result: the final image's name, its stage, and the context.
    "Wish",
    # ``reference`` with ``:latest`` if it has neither tag nor digest.
    "full_tag",
    # The recipe with one Dockerfile; images that ship share it and differ by target.
    "merged",
    # The part's references to anything but its own stages: images, and stages of other parts.
    "references_outside",
    # The images that the Dockerfile's stages become, in the order in which they are built.
    "split",
    # The files that the source ``pattern`` (relative to the context) matches, in copying
    # order.
    "takes",
    # The RUN that unpacks the file into the directory, by its file name extension.
    "unpacking_run",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "archives": "unpacking_run",
        "parts": "Part full_tag",
        "remarks": "ConversionError Converted Note Problem Remarks",
        "stage_names": "references_outside",
        "supplies": "FromHost Supply takes",
        "to_pair.split": "Wish split",
        "to_stages.merge": "MergeChoices merged",
    },
)
