"""``bpkit clean``: removes what bpkit made, and nothing else."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.clean.report import leftovers_json, leftovers_text, removed_text
    from bpkit.verbs.clean.run import find, remove

__all__ = [
    # What bpkit made for these projects.
    "find",
    # What was found, and what was done about it, as JSON; sizes in bytes.
    "leftovers_json",
    # All that there is to remove, a line each, and what is left alone and why.
    "leftovers_text",
    # Remove all of it, containers first
    "remove",
    # How many things were removed, and each that could not be.
    "removed_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "report": "leftovers_json leftovers_text removed_text",
        "run": "find remove",
    },
)
