"""What a check of an image found: for a person, as JSON, and as SARIF."""

from __future__ import annotations

import json

from bpkit.findings import Checked, worst
from bpkit.report import findings_json, findings_text
from bpkit.verbs.check.table import RULES


def check_text(checked: Checked, *, colour: bool = False) -> str:
    """The findings, and what they come to in a line."""
    verdict = {
        "error": "will not run",
        "warning": "starts; see the warnings",
        "note": "is fit to run",
        None: "is fit to run",
    }[worst(checked.findings)]
    summary = f"{checked.image} {verdict}"
    if not checked.findings:
        return f"{summary}: nothing found\n"
    return f"{findings_text(checked.findings, colour=colour).rstrip()}: {summary}\n"


def check_json(checked: Checked) -> dict[str, object]:
    """The findings as data; ``runs`` is whether no error was found. ``size`` is in bytes."""
    return {
        "image": checked.image,
        "size": checked.size,
        "runs": worst(checked.findings) != "error",
        "findings": findings_json(checked.findings),
    }


def check_sarif(checked: Checked) -> str:
    """The findings as the text of a SARIF file."""
    from bpkit.report import findings_sarif

    log = findings_sarif(checked.findings, RULES)
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"
