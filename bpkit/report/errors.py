"""Errors as text for the terminal, and as JSON for programs on standard output."""

from __future__ import annotations

import json

from bpkit.errors import BpkitError
from bpkit.report.escaping import safe_json, shown
from bpkit.report.invocation import as_started


def error_text(error: BpkitError) -> str:
    """``bpkit: file:line: message``, and the hint below it; each is one line, whatever it contains.

    Each of several problems has its own lines.
    """
    lines = []
    for message, place, hint in error.parts():
        where = f"{place}: " if place else ""
        lines.append(f"bpkit: {shown(where + as_started(message))}")
        lines += [f"  {shown(as_started(line))}" for line in hint.splitlines()]
    return "\n".join(lines)


def error_json(error: BpkitError) -> str:
    """The error as one JSON object; ``file`` and ``line`` are null if there is none.

    ``problems`` are all problems, if there is more than one.
    """
    first, *others = [
        {
            "message": message,
            "file": place.file if place else None,
            "line": place.line if place else None,
            "hint": as_started(hint) or None,
        }
        for message, place, hint in error.parts()
    ]
    data: dict[str, object] = {**first, "status": error.status}
    if others:
        data["problems"] = [first, *others]
    return safe_json(json.dumps({"schema": "bpkit/error/1", "error": data}, indent=2)) + "\n"
