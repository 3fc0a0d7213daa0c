"""The result of a check as text, as JSON, and as SARIF."""

from __future__ import annotations

import json

from bpkit.findings import Checked, worst
from bpkit.report import as_started, findings_json, findings_text
from bpkit.verbs.check.table import RULES


def check_text(checked: Checked, *, colour: bool = False) -> str:
    """The findings, and a summary in one line, which doesn't claim that an unstarted image runs."""
    if worst(checked.findings) == "error":
        summary = f"{checked.image} will not run"
    else:
        summary = f"nothing found that keeps {checked.image} from starting; it was not started"
        if not checked.is_saved:
            summary += as_started(f" (to start it, run 'bpkit try {checked.image}')")
    if not checked.findings:
        return f"{summary}\n"
    return f"{findings_text(checked.findings, colour=colour).rstrip()}: {summary}\n"


def check_json(checked: Checked) -> dict[str, object]:
    """The findings as data; ``size`` is in bytes. ``runs`` is None if no error was found, since the
    image wasn't started."""
    return {
        "image": checked.image,
        "size": checked.size,
        "runs": False if worst(checked.findings) == "error" else None,
        "findings": findings_json(checked.findings),
    }


def check_sarif(checked: Checked) -> str:
    """The findings as the text of a SARIF file."""
    from bpkit.report import findings_sarif

    log = findings_sarif(checked.findings, RULES)
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"
