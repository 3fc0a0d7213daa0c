"""``bpkit build``: builds a project's small image."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.build.keeping import keep_answer
    from bpkit.verbs.build.ledger import Claims, forget, read_claims, read_tags
    from bpkit.verbs.build.platforms import has_several
    from bpkit.verbs.build.pushing import push
    from bpkit.verbs.build.report import build_json, build_text, plan_json, plan_text
    from bpkit.verbs.build.result import BuildResult
    from bpkit.verbs.build.run import Built, Prepared, build, prepare, prepared_of
    from bpkit.verbs.build.shortcut import Shortcut
    from bpkit.verbs.build.standing import recall
    from bpkit.verbs.build.undeclared import undeclared_arguments

__all__ = [
    # The result of a build; the last image is the one that ships
    "BuildResult",
    # The result of a build, and the engine's record of the image that ships.
    "Built",
    # The images by who made them: ids of runs in this directory, and in all others.
    "Claims",
    # Everything that is decided before the first step.
    "Prepared",
    # The inputs of this run, the record of the last one, and the pending question.
    "Shortcut",
    # Run the build
    "build",
    # The result as JSON; sizes in bytes, time in seconds.
    "build_json",
    # The images with their sizes, and how much smaller the last one is.
    "build_text",
    # Forget everything about ``directory``.
    "forget",
    # Whether ``--platform`` names more than one.
    "has_several",
    # Keep the output of ``words`` for an up-to-date build; returns whether it is kept.
    "keep_answer",
    # The plan as JSON: each step's kind, reason and command, then the clean-up.
    "plan_json",
    # The plan as text: each step's reason and its command.
    "plan_text",
    # Read the project and plan its build.
    "prepare",
    # The same for a project that has already been read
    "prepared_of",
    # Push an image
    "push",
    # The images made by runs in ``directory``, and by runs in all other directories.
    "read_claims",
    # All tags that runs in ``directory`` have set, on any engine.
    "read_tags",
    # The last output of this command line, if everything that it follows from is the same.
    "recall",
    # A note on each argument of the settings and the switches that no ARG declares.
    "undeclared_arguments",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "keeping": "keep_answer",
        "ledger": "Claims forget read_claims read_tags",
        "platforms": "has_several",
        "pushing": "push",
        "report": "build_json build_text plan_json plan_text",
        "result": "BuildResult",
        "run": "Built Prepared build prepare prepared_of",
        "shortcut": "Shortcut",
        "standing": "recall",
        "undeclared": "undeclared_arguments",
    },
)
