"""A SARIF log is valid, and its fingerprints survive moved lines."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.report.sarif import findings_sarif

RULES = (
    Rule("BPK901", "error", "it fails", "why", "FROM scratch\n", "FROM alpine\n"),
    Rule("BPK902", "note", "look", "why"),
)
FOUND = Finding(RULES[1], "m", Place("my app/Dockerfile", 7), "/app", "says", ("FROM alpine",))


def run_of(*findings: Finding) -> Any:
    return json.loads(json.dumps(findings_sarif(findings, RULES)))["runs"][0]


def test_a_result_points_to_its_rule_its_line_and_its_path_in_the_image() -> None:
    run = run_of(FOUND)
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "BPK902"
    assert result["level"] == "note"
    assert result["message"]["text"] == "m\n\nsays\n\nTo fix it:\nFROM alpine"
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20app/Dockerfile"},
        "region": {"startLine": 7},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "/app"


def test_all_rules_are_reported_with_their_examples() -> None:
    rules = run_of()["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["BPK901", "BPK902"]
    assert "```dockerfile\nFROM scratch\n```" in rules[0]["help"]["markdown"]


def test_each_rule_has_an_address_of_its_own() -> None:
    other = replace(RULES[0], id="DL3008", page="https://example.com/DL3008")
    log: Any = findings_sarif((), (*RULES, other))
    addresses = [rule["helpUri"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    assert len(set(addresses)) == 3
    assert addresses[0].endswith("#bpk901")
    assert addresses[2] == "https://example.com/DL3008"


def test_measured_bytes_are_reported_without_changing_the_fingerprint() -> None:
    results = run_of(FOUND, replace(FOUND, size=12_300_000))["results"]
    assert results[1]["message"]["text"].startswith("m (12.3MB)\n")
    assert results[0]["partialFingerprints"] == results[1]["partialFingerprints"]


def test_a_finding_that_moved_to_another_line_has_the_same_fingerprint() -> None:
    moved = replace(FOUND, place=Place("my app/Dockerfile", 70))
    other = replace(FOUND, message="n")
    prints = [r["partialFingerprints"]["bpkit/v1"] for r in run_of(FOUND, moved, other)["results"]]
    assert prints[0] == prints[1] != prints[2]


def test_an_image_without_a_file_has_no_physical_place() -> None:
    (result,) = run_of(replace(FOUND, place=None))["results"]
    assert "physicalLocation" not in result["locations"][0]
    (result,) = run_of(Finding(RULES[0], "m"))["results"]
    assert "locations" not in result
