"""What building a workspace came to, image by image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bpkit.errors import BpkitError

MemberState = Literal["built", "current", "failed", "not built"]


@dataclass(frozen=True)
class MemberOutcome:
    """What became of one image.

    ``why`` says why it was built, or not. ``size`` is in bytes, ``seconds`` wall time; ``output``
    is what the engine said, of an image that failed. ``wrong`` is what was found in an image that
    was made: each entry is a text of its own.
    """

    name: str
    state: MemberState
    why: str = ""
    tag: str = ""
    id: str = ""
    size: int = 0
    seconds: float = 0.0
    error: BpkitError | None = None
    output: str = ""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkspaceResult:
    """All images that were chosen, in the order in which they were declared.

    ``jobs`` is how many were built at once at the most, ``seconds`` the wall time of all.
    """

    outcomes: tuple[MemberOutcome, ...]
    jobs: int
    seconds: float

    def of(self, state: MemberState) -> tuple[MemberOutcome, ...]:
        """The images that ended in this state."""
        return tuple(outcome for outcome in self.outcomes if outcome.state == state)

    @property
    def status(self) -> int:
        """The exit status: that of the first image that failed; 1 if one is wrong, else 0."""
        found = int(any(outcome.wrong for outcome in self.outcomes))
        return next((o.error.status for o in self.outcomes if o.error is not None), found)
