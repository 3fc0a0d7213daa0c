"""The result of a lint as text, as JSON, and as SARIF."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bpkit.findings import Finding, Rule
from bpkit.report import (
    findings_github,
    findings_gitlab,
    findings_json,
    findings_junit,
    findings_sarif,
    findings_text,
)
from bpkit.verbs.lint.run import LintResult


def lint_json(findings: Sequence[Finding], notes: Sequence[str]) -> dict[str, object]:
    """The findings as data; ``notes`` are which linters did not run, and why."""
    return {"findings": findings_json(findings), "notes": list(notes)}


def lint_text(result: LintResult, found: Sequence[Finding], form: str, *, colour: bool) -> str:
    """The findings in the form of ``--format``."""
    match form:
        case "sarif":
            return lint_sarif(found, result.rules)
        case "github":
            return findings_github(found)
        case "gitlab":
            return findings_gitlab(found)
        case "junit":
            return findings_junit(found, result.files)
    return findings_text(found, colour=colour) if found else f"{_nothing_found(result)}\n"


def _nothing_found(result: LintResult) -> str:
    """What was not found, and by whom: a linter that didn't read all files isn't named."""
    *first, last = result.seen_by
    by = f"{', '.join(first)} and {last}" if first else last
    if result.findings:
        return f"nothing found of the chosen severity by {by}"
    known = f"; the baseline has {result.known} known" if result.known else ""
    return f"nothing {'new ' if known else ''}found by {by}{known}"


def lint_sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    """The findings as the text of a SARIF file."""
    return json.dumps(findings_sarif(findings, rules), indent=2, ensure_ascii=False) + "\n"
