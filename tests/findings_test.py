"""Rules and findings as values: their order, and the exit status they stand for."""

from __future__ import annotations

from bpkit.errors import Place
from bpkit.findings import Finding, Rule, exit_status, in_order, worst

ERROR = Rule("BPK901", "error", "it fails", "why")
WARNING = Rule("BPK900", "warning", "it may fail", "why")
NOTE = Rule("BPK902", "note", "look", "why")


def test_the_worst_come_first_then_the_order_of_the_file() -> None:
    late = Finding(ERROR, "late", Place("Dockerfile", 9))
    early = Finding(ERROR, "early", Place("Dockerfile", 2))
    warned = Finding(WARNING, "warned", Place("Dockerfile", 1))
    noted = Finding(NOTE, "noted")
    assert in_order([noted, late, warned, early]) == (early, late, warned, noted)


def test_the_same_finding_is_reported_once() -> None:
    assert in_order([Finding(ERROR, "x"), Finding(ERROR, "x")]) == (Finding(ERROR, "x"),)


def test_only_an_error_fails_unless_strict() -> None:
    warned = [Finding(WARNING, "w"), Finding(NOTE, "n")]
    assert exit_status(warned) == 0
    assert exit_status(warned, strict=True) == 1
    assert exit_status([*warned, Finding(ERROR, "e")]) == 1
    assert exit_status([Finding(NOTE, "n")], strict=True) == 0


def test_no_findings_have_no_highest_severity() -> None:
    assert worst([]) is None
    assert worst([Finding(NOTE, "n"), Finding(WARNING, "w")]) == "warning"
