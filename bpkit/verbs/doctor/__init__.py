"""``bpkit doctor``: the engine, the builder, and what is missing."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.doctor.report import diagnosis_json, diagnosis_text
    from bpkit.verbs.doctor.run import diagnose

__all__ = [
    # Examine the engine and what else bpkit uses; nothing is changed.
    "diagnose",
    # The items as JSON.
    "diagnosis_json",
    # The items, then the verdict.
    "diagnosis_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "report": "diagnosis_json diagnosis_text",
        "run": "diagnose",
    },
)
