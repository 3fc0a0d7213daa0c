"""``bpkit build`` in a workspace: many images, at the same time, only those that have changed."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.workspace.inspection import Inspection
    from bpkit.verbs.workspace.planned import (
        PlannedImage,
        planned_json,
        planned_text,
        planned_workspace,
    )
    from bpkit.verbs.workspace.report import (
        News,
        failures,
        workspace_json,
        workspace_text,
        wrong_text,
    )
    from bpkit.verbs.workspace.result import MemberOutcome, WorkspaceResult
    from bpkit.verbs.workspace.run import BuildManner, build_workspace

__all__ = [
    # How many images are built at once, whether a failure ends all, what is looked at after.
    "BuildManner",
    # What is asked of each image that is built or up to date.
    "Inspection",
    # What became of one image.
    "MemberOutcome",
    # Tells of each image as it begins and ends.
    "News",
    # What would become of one image: built by ``plan`` because of ``why``, or why it can't
    # be.
    "PlannedImage",
    # All images that were chosen, in the order in which they were declared.
    "WorkspaceResult",
    # Build the images of these names (all, if there are none), and what they need.
    "build_workspace",
    # For each image that failed all that its build said, and the error.
    "failures",
    # The same as JSON.
    "planned_json",
    # Each image with its steps, in an order in which they can be run.
    "planned_text",
    # The images of these names (all, if there are none), and what they need, in order.
    "planned_workspace",
    # The same as JSON; sizes in bytes, times in seconds.
    "workspace_json",
    # A line for each image that was not up to date, or with ``explain`` for every one.
    "workspace_text",
    # For each image in which something was found, its name and what it is.
    "wrong_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "inspection": "Inspection",
        "planned": "PlannedImage planned_json planned_text planned_workspace",
        "report": "News failures workspace_json workspace_text wrong_text",
        "result": "MemberOutcome WorkspaceResult",
        "run": "BuildManner build_workspace",
    },
)
