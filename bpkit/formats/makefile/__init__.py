"""Makefiles: their lines as GNU make divides them, and its text functions."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.formats.makefile.functions import ARGUMENTS, substituted, text_function
    from bpkit.formats.makefile.lines import (
        Assign,
        Directive,
        ExportLine,
        Line,
        RecipeLine,
        RuleLine,
        makefile_lines,
    )

__all__ = [
    # How many arguments each takes; the last one keeps its commas.
    "ARGUMENTS",
    # ``name operator text``; for ``define``, the text has several lines.
    "Assign",
    # A condition or an include: its word and the rest of the line.
    "Directive",
    # ``export``, ``unexport``: names only.
    "ExportLine",
    "Line",
    # A line of a recipe, without its tab; continued lines are kept as they are.
    "RecipeLine",
    # ``targets: prerequisites``, not expanded; ``recipe`` what follows ``;``.
    "RuleLine",
    # The Makefile's logical lines in order, without blank ones and comments.
    "makefile_lines",
    # ``$(patsubst pattern,new,words)``.
    "substituted",
    # The function's result; None if it isn't a function of text alone.
    "text_function",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "functions": "ARGUMENTS substituted text_function",
        "lines": "Assign Directive ExportLine Line RecipeLine RuleLine makefile_lines",
    },
)
