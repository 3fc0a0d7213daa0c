"""Findings as text and as JSON."""

from __future__ import annotations

import json

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.report.findings import findings_json, findings_text

RULE = Rule("BPK901", "error", "it fails", "why")
FULL = Finding(
    RULE,
    "/app needs /lib/ld.so, which is not there",
    Place("Dockerfile", 7),
    "/app",
    "Docker will say that /app does not exist.",
    ("FROM scratch", "COPY ld.so /lib/"),
)


def test_a_finding_has_a_line_for_editors_and_a_fix() -> None:
    assert findings_text([FULL]) == (
        "Dockerfile:7: error BPK901: /app needs /lib/ld.so, which is not there\n"
        "  Docker will say that /app does not exist.\n"
        "  To fix it:\n"
        "    FROM scratch\n"
        "    COPY ld.so /lib/\n"
        "\n"
        "1 error\n"
    )


def test_no_findings_are_reported_as_nothing_found() -> None:
    assert findings_text([]) == "nothing found\n"


def test_only_the_severity_is_coloured() -> None:
    painted = findings_text([Finding(RULE, "m")], colour=True)
    assert painted == "\033[1;31merror BPK901\033[0m: m\n\n1 error\n"


def test_json_has_every_field() -> None:
    (found,) = json.loads(json.dumps(findings_json([FULL])))
    assert found == {
        "rule": "BPK901",
        "severity": "error",
        "title": "it fails",
        "message": "/app needs /lib/ld.so, which is not there",
        "file": "Dockerfile",
        "line": 7,
        "subject": "/app",
        "engine_says": "Docker will say that /app does not exist.",
        "fix": ["FROM scratch", "COPY ld.so /lib/"],
    }


def test_a_finding_without_a_place_has_null_in_json() -> None:
    (found,) = findings_json([Finding(RULE, "m")])
    assert (found["file"], found["line"]) == (None, None)
