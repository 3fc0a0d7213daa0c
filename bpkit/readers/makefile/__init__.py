"""Makefiles that build images: the goals, their recipes, and the recipes' actions."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.readers.makefile.read import is_makefile, read_makefile, targets_by_line

__all__ = [
    # Whether a file of that name is a Makefile.
    "is_makefile",
    # The actions of ``make GOALS``, if every target is out of date.
    "read_makefile",
    # The targets, or patterns of targets, that each line of a recipe is for.
    "targets_by_line",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "read": "is_makefile read_makefile targets_by_line",
    },
)
