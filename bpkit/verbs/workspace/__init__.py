"""``bpkit build`` in a workspace: builds the images that have changed, in parallel."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.workspace.inspection import Inspection
    from bpkit.verbs.workspace.news import News
    from bpkit.verbs.workspace.planned import (
        PlannedImage,
        planned_json,
        planned_text,
        planned_workspace,
    )
    from bpkit.verbs.workspace.report import (
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
    # The inspections of each image that is built or up to date.
    "Inspection",
    # The outcome of one image.
    "MemberOutcome",
    # Reports each image as it begins and ends.
    "News",
    # The planned outcome of one image: built by ``plan`` because of ``why``, or why it can't
    # be.
    "PlannedImage",
    # All images that were chosen, in the order in which they were declared.
    "WorkspaceResult",
    # Build the images with these names (all by default), and the images that they need.
    "build_workspace",
    # The whole output and the error of each failed image.
    "failures",
    # The same as JSON.
    "planned_json",
    # Each image with its steps, in a possible build order.
    "planned_text",
    # The images with these names (all by default), and those that they need, in order.
    "planned_workspace",
    # The same as JSON; sizes in bytes, times in seconds.
    "workspace_json",
    # One line per image that was not up to date, or with ``explain`` per image.
    "workspace_text",
    # For each image in which something was found, its name and what it is.
    "wrong_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "inspection": "Inspection",
        "news": "News",
        "planned": "PlannedImage planned_json planned_text planned_workspace",
        "report": "failures workspace_json workspace_text wrong_text",
        "result": "MemberOutcome WorkspaceResult",
        "run": "BuildManner build_workspace",
    },
)
