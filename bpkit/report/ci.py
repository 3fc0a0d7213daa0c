"""Findings in the formats that CI services read and show beside a change.

GitHub: workflow commands (docs.github.com, "Workflow commands for GitHub Actions"). GitLab: a Code
Quality report (docs.gitlab.com/ci/testing/code_quality). JUnit: the XML that most services know.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bpkit.findings import Finding, Severity, fingerprint
from bpkit.report.escaping import shown
from bpkit.report.findings import message_of

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}
_GITLAB: dict[Severity, str] = {"error": "critical", "warning": "major", "note": "info"}


def findings_github(findings: Iterable[Finding]) -> str:
    """A workflow command for each finding, which GitHub shows at its line."""
    return "".join(f"{_command(finding)}\n" for finding in findings)


def _command(finding: Finding) -> str:
    place = finding.place
    properties = {"title": finding.rule.id}
    if place:
        properties = {"file": place.file, "line": str(place.line or 1), **properties}
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {said}::{_data(_message(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _message(finding: Finding) -> str:
    parts = [message_of(finding), finding.engine_says]
    if finding.fix:
        parts.append("To fix it:\n" + "\n".join(finding.fix))
    return "\n".join(shown(part) if "\n" not in part else part for part in parts if part)


def findings_gitlab(findings: Iterable[Finding]) -> str:
    """A Code Quality report."""
    report = [
        {
            "description": message_of(finding),
            "check_name": finding.rule.id,
            "fingerprint": f"{fingerprint(finding)}{number or ''}",
            "severity": _GITLAB[finding.severity],
            "location": {
                "path": finding.place.file if finding.place else "",
                "lines": {"begin": (finding.place.line if finding.place else None) or 1},
            },
        }
        for finding, number in _numbered(findings)
    ]
    return json.dumps(report, indent=2) + "\n"


def _numbered(findings: Iterable[Finding]) -> Iterator[tuple[Finding, int]]:
    """Each finding with the number of earlier ones that share its fingerprint.

    GitLab needs unique fingerprints.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        mark = fingerprint(finding)
        yield finding, seen[mark]
        seen[mark] += 1


def findings_junit(findings: Sequence[Finding], files: Iterable[str]) -> str:
    """A JUnit report: a suite per file, a failure per finding; a file without findings passes."""
    by_file: dict[str, list[Finding]] = {file: [] for file in files}
    for finding in findings:
        by_file.setdefault(finding.place.file if finding.place else "", []).append(finding)
    suites = "".join(_suite(file, found) for file, found in by_file.items())
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<testsuites name="bpkit">\n{suites}</testsuites>\n'


def _suite(file: str, found: Sequence[Finding]) -> str:
    name = _quoted(_xml(file))
    lines = [f'  <testsuite name={name} tests="{len(found) or 1}" failures="{len(found)}">']
    if not found:
        lines.append(f'    <testcase name="lint" classname={name}/>')
    for finding in found:
        line = finding.place.line if finding.place else None
        case = _quoted(f"{finding.rule.id}{f' line {line}' if line else ''}")
        said = _quoted(_xml(message_of(finding)))
        lines += [
            f"    <testcase name={case} classname={name}>",
            f'      <failure type="{finding.severity}" message={said}>'
            f"{_escaped(_xml(_message(finding)))}</failure>",
            "    </testcase>",
        ]
    return "\n".join([*lines, "  </testsuite>\n"])


def _quoted(text: str) -> str:
    """The text as the value of an attribute."""
    return '"' + _escaped(text).replace("\n", "&#10;").replace("\t", "&#9;") + '"'


def _xml(text: str) -> str:
    """The text without the characters that XML 1.0 doesn't allow."""
    return "".join(
        c if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff") else "?" for c in text
    )


def _escaped(text: str) -> str:
    """Like ``html.escape``, but without its slow import."""
    for char, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"), ("'", "#x27")):
        text = text.replace(char, f"&{name};")
    return text
