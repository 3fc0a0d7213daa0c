"""The result of building a workspace, image by image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bpkit.errors import BpkitError

MemberState = Literal["built", "current", "failed", "not built"]


@dataclass(frozen=True)
class MemberOutcome:
    """The outcome of one image.

    ``why`` is why it was built, or not. ``size`` is in bytes, ``seconds`` wall time; ``output``
    is the engine's output for an image that failed. ``wrong`` are the problems found in an image
    that was made, one text each.
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
class JointOutcome:
    """The outcomes of images that were built by one call; the others have to be built again.

    Of these, ``first`` are those without which it makes no sense to go on: the one that failed, and
    images that have their names already.
    """

    outcomes: tuple[MemberOutcome, ...]
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkspaceResult:
    """All images that were chosen, in the order in which they were declared.

    ``jobs`` is the maximum of parallel builds, ``seconds`` the total wall time.
    """

    outcomes: tuple[MemberOutcome, ...]
    jobs: int
    seconds: float

    def of(self, state: MemberState) -> tuple[MemberOutcome, ...]:
        """The images with this outcome."""
        return tuple(outcome for outcome in self.outcomes if outcome.state == state)

    @property
    def status(self) -> int:
        """The exit status: that of the first failed image; 1 if problems were found, else 0."""
        found = int(any(outcome.wrong for outcome in self.outcomes))
        return next((o.error.status for o in self.outcomes if o.error is not None), found)
