"""The result of building a workspace as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.report import human
from bpkit.verbs.workspace.result import MemberOutcome, MemberState, WorkspaceResult


def workspace_text(result: WorkspaceResult, *, explain: bool = False) -> str:
    """One line per image that was not up to date, or with ``explain`` per image."""
    width = max((len(outcome.name) for outcome in result.outcomes), default=0)
    lines = [_line(o, width) for o in result.outcomes if explain or o.state != "current"]
    return "\n".join([*lines, _summary(result), ""])


def _line(outcome: MemberOutcome, width: int) -> str:
    seconds = f" in {outcome.seconds:.1f} s" if outcome.seconds else ""
    size = f"  {human(outcome.size):>8}" if outcome.size else ""
    state = "up to date" if outcome.state == "current" else outcome.state
    return f"{outcome.name:<{width}}  {state}{seconds}{size}  ({outcome.why})"


def _summary(result: WorkspaceResult) -> str:
    words: tuple[tuple[MemberState, str], ...] = (
        ("built", "built"),
        ("current", "up to date"),
        ("failed", "failed"),
        ("not built", "not built"),
    )
    parts = [f"{len(result.of(state))} {word}" for state, word in words if result.of(state)]
    return f"{', '.join(parts)}, in {result.seconds:.1f} s"


def failures(result: WorkspaceResult) -> Iterator[str]:
    """The whole output and the error of each failed image."""
    for outcome in result.of("failed"):
        head = f"--- {outcome.name} failed ---"
        output = outcome.output.rstrip("\n")
        yield "\n".join(part for part in (head, output, str(outcome.error)) if part)


def wrong_text(result: WorkspaceResult) -> Iterator[str]:
    """For each image in which something was found, its name and what it is."""
    for outcome in result.outcomes:
        for text in outcome.wrong:
            yield f"--- {outcome.name} ---\n{text}"


def workspace_json(result: WorkspaceResult) -> dict[str, object]:
    """The same as JSON; sizes in bytes, times in seconds."""
    return {
        "seconds": round(result.seconds, 3),
        "jobs": result.jobs,
        "images": [
            {
                "name": outcome.name,
                "state": outcome.state,
                "why": outcome.why,
                "tag": outcome.tag or None,
                "id": outcome.id or None,
                "size": outcome.size or None,
                "seconds": round(outcome.seconds, 3),
                "error": str(outcome.error) if outcome.error else None,
                "wrong": list(outcome.wrong),
            }
            for outcome in result.outcomes
        ],
    }
