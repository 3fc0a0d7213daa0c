"""The table of ``bpkit compare``: both forms side by side."""

from __future__ import annotations

from bpkit.report import bar, human, table
from bpkit.verbs.compare.comparison import Comparison, Way


def compare_text(found: Comparison) -> str:
    """The table, and its conclusion as a sentence."""
    one, other = found.builder, found.multi_stage
    larger = max(one.size, other.size)
    rows = [
        (found.project, one.name, other.name),
        ("files to maintain", *(str(len(way.files)) for way in (one, other))),
        ("", *(", ".join(way.files) for way in (one, other))),
        ("steps with clean-up", *(str(way.steps) for way in (one, other))),
        ("artifacts on the host", *(str(way.artifacts) for way in (one, other))),
        ("image size", *(f"{human(way.size)} {bar(way.size, larger)}" for way in (one, other))),
        ("build time, cold", *(_seconds(way.cold) for way in (one, other))),
        ("build time, warm", *(_seconds(way.warm) for way in (one, other))),
        ("leftover images", *(_left(way) for way in (one, other))),
    ]
    return table(rows) + "\n" + _verdict(found) + "\n"


def _verdict(found: Comparison) -> str:
    if found.same_layers:
        return "Both have the same layers."
    size, other = found.builder.size, found.multi_stage.size
    if size == other:
        return "Both have the same size; 'bpkit convert --verify' compares them file by file."
    return f"The images differ by {human(abs(size - other))}."


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _left(way: Way) -> str:
    if not way.left:
        return "none"
    return f"{len(way.left)}, {human(way.left_bytes)}: " + ", ".join(name for name, _ in way.left)


def compare_json(found: Comparison) -> dict[str, object]:
    """Both ways as JSON; sizes in bytes, times in seconds."""
    return {
        "project": found.project,
        "same_layers": found.same_layers,
        "ways": [_way(way) for way in (found.builder, found.multi_stage)],
    }


def _way(way: Way) -> dict[str, object]:
    return {
        "name": way.name,
        "files": list(way.files),
        "steps": way.steps,
        "artifacts": way.artifacts,
        "size": way.size,
        "cold": round(way.cold, 3),
        "warm": round(way.warm, 3),
        "left": [{"name": name, "size": size} for name, size in way.left],
    }
