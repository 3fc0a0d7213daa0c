"""What a lint found: for a person, as JSON, and as SARIF."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bpkit.findings import Finding, Rule
from bpkit.report import findings_json, findings_sarif


def lint_json(findings: Sequence[Finding], notes: Sequence[str]) -> dict[str, object]:
    """The findings as data; ``notes`` say which linters did not run, and why."""
    return {"findings": findings_json(findings), "notes": list(notes)}


def lint_sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    """The findings as the text of a SARIF file."""
    return json.dumps(findings_sarif(findings, rules), indent=2, ensure_ascii=False) + "\n"
