"""``bpkit build`` in a workspace: many images, at the same time, only those that have changed."""

from typing import TYPE_CHECKING

from bpkit.faces import face

if TYPE_CHECKING:
    from bpkit.verbs.workspace.result import MemberOutcome, WorkspaceResult

__all__ = [
    # What became of one image.
    "MemberOutcome",
    # All images that were chosen, in the order in which they were declared.
    "WorkspaceResult",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "result": "MemberOutcome WorkspaceResult",
    },
)
