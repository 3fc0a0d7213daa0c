"""Recipe to Recipe: several images into one file with stages, and back."""

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
    # What was given has no equal in the other form; says all that is in the way, not the
    # first.
    "ConversionError",
    # A recipe in the other form
    "Converted",
    # The source is one of the project's own files.
    "FromHost",
    # What the user may choose, and what the context of each image holds, by its name.
    "MergeChoices",
    # Something decided on the way that the reader of the result should know.
    "Note",
    # One Dockerfile and the images that are built from it.
    "Part",
    # Something that can't be carried over: where it is, what it is, what to do about it.
    "Problem",
    # Collects problems and notes while a conversion goes on.
    "Remarks",
    # Something that is at ``destination`` in a context and comes out of ``stage``.
    "Supply",
    # The wanted result: the final image's name, its stage, and the context.
    "Wish",
    # ``reference`` with ``:latest`` where it names neither tag nor digest.
    "full_tag",
    # The recipe with one Dockerfile; images that ship share it and differ by target.
    "merged",
    # What the part names that isn't one of its own stages: images, and stages of other parts.
    "references_outside",
    # The images that the Dockerfile's stages become, in the order in which they are built.
    "split",
    # What the source ``pattern`` (relative to the context) means, in the order to be copied
    # in.
    "takes",
    # The RUN that unpacks the file into the directory, by the ending of its name.
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
