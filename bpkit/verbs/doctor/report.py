"""The result of ``bpkit doctor``, one line per item, with the command that fixes it."""

from __future__ import annotations

from bpkit.report import as_started
from bpkit.verbs.doctor.diagnosis import Diagnosis

_SIGNS = {"ok": "ok", "missing": "MISSING", "note": "note"}


def diagnosis_text(diagnosis: Diagnosis) -> str:
    """The items, then the verdict."""
    lines = []
    for item in diagnosis.items:
        lines.append(f"{_SIGNS[item.state]:<8}{item.name:<12}{item.found}")
        if item.fix:
            lines.append(f"{'':20}fix: {as_started(item.fix)}")
    verdict = "bpkit can build here." if diagnosis.usable else "bpkit can't build here."
    return "\n".join([*lines, verdict]) + "\n"


def diagnosis_json(diagnosis: Diagnosis) -> dict[str, object]:
    """The items as JSON."""
    return {
        "usable": diagnosis.usable,
        "items": [
            {"name": i.name, "state": i.state, "found": i.found, "fix": as_started(i.fix)}
            for i in diagnosis.items
        ],
    }
