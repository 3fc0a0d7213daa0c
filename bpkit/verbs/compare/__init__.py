"""``bpkit compare``: measures both forms, and compares the images that two recipes make."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.compare.ignoring import IgnoreProof, verify_ignore
    from bpkit.verbs.compare.repetition import repeated
    from bpkit.verbs.compare.report import compare_json, compare_text
    from bpkit.verbs.compare.run import compare
    from bpkit.verbs.compare.verification import verify

__all__ = [
    # The comparison of two builds, or the reason why the second one failed.
    "IgnoreProof",
    # Build both ways, cold and warm
    "compare",
    # Both ways as JSON; sizes in bytes, times in seconds.
    "compare_json",
    # The table, and its conclusion as a sentence.
    "compare_text",
    # The difference between ``built`` and a second build, which is removed again.
    "repeated",
    # The verdict on each image that ships, once ``files`` of the conversion are written.
    "verify",
    # Build everything in the request both ways
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
