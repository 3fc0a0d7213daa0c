"""``bpkit build``: builds a project's small image."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.build.keeping import keep_answer
    from bpkit.verbs.build.ledger import Claims, forget, read_claims, read_tags
    from bpkit.verbs.build.pushing import push
    from bpkit.verbs.build.report import build_json, build_text, plan_json, plan_text
    from bpkit.verbs.build.result import BuildResult
    from bpkit.verbs.build.run import Built, Prepared, build, prepare, prepared_of
    from bpkit.verbs.build.shortcut import Shortcut
    from bpkit.verbs.build.standing import recall

__all__ = [
    # The result of a build; the last image is the one that ships
    "BuildResult",
    # What a build came to, and the image that ships as the engine shows it.
    "Built",
    # The images by where they were made: the ids of this directory, and those of all others.
    "Claims",
    # All that is decided before the first step.
    "Prepared",
    # What this run would make, what the last one made, and the pending question.
    "Shortcut",
    # Carry the build out
    "build",
    # The result as JSON; sizes in bytes, time in seconds.
    "build_json",
    # The images with their sizes, and how much smaller the last one is.
    "build_text",
    # Forget everything about ``directory``.
    "forget",
    # Keep what the command line ``words`` said of a build that was up to date; whether it is
    # kept.
    "keep_answer",
    # The plan as JSON: each step's kind, reason and command, then the clean-up.
    "plan_json",
    # The plan as a person reads it: each step's reason and its command.
    "plan_text",
    # Read the project and plan its build.
    "prepare",
    # The same for a project that has been read
    "prepared_of",
    # Push an image
    "push",
    # Which images runs in ``directory`` have made, and which those in all other directories.
    "read_claims",
    # All tags that runs in ``directory`` have given, on whichever engine.
    "read_tags",
    # What this command line said the last time, if all that it followed from is the same.
    "recall",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "keeping": "keep_answer",
        "ledger": "Claims forget read_claims read_tags",
        "pushing": "push",
        "report": "build_json build_text plan_json plan_text",
        "result": "BuildResult",
        "run": "Built Prepared build prepare prepared_of",
        "shortcut": "Shortcut",
        "standing": "recall",
    },
)
