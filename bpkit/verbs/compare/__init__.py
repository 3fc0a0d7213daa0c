"""``bpkit compare``: measures both forms, and compares the images that two recipes make."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.compare.ignoring import IgnoreProof, verify_ignore
    from bpkit.verbs.compare.repetition import repeated
    from bpkit.verbs.compare.report import compare_json, compare_text
    from bpkit.verbs.compare.run import compare
    from bpkit.verbs.compare.verification import verify

__all__ = [
    # What two builds showed: the images side by side, or why only the first one could be
    # made.
    "IgnoreProof",
    # Build both ways, cold and warm
    "compare",
    # Both ways as JSON; sizes in bytes, times in seconds.
    "compare_json",
    # The table, and its conclusion in a sentence.
    "compare_text",
    # The difference of ``built`` and a second build of the same, which is removed again.
    "repeated",
    # The verdict on each image that ships, once ``files`` of the conversion are written.
    "verify",
    # Build all that the request names both ways
    "verify_ignore",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "ignoring": "IgnoreProof verify_ignore",
        "repetition": "repeated",
        "report": "compare_json compare_text",
        "run": "compare",
        "verification": "verify",
    },
)
