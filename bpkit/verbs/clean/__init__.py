"""``bpkit clean``: removes what bpkit made, and nothing else."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.clean.report import leftovers_json, leftovers_text, removed_text
    from bpkit.verbs.clean.run import find, remove

__all__ = [
    # What bpkit made for these projects.
    "find",
    # The leftovers and what was removed, as JSON; sizes in bytes.
    "leftovers_json",
    # Everything to remove, one per line, and what is kept, with the reason.
    "leftovers_text",
    # Remove everything, containers first
    "remove",
    # How many things were removed, and which could not be.
    "removed_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "report": "leftovers_json leftovers_text removed_text",
        "run": "find remove",
    },
)
