"""The result of a check as text, JSON and SARIF."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bpkit.findings import Checked, Finding, Severity
from bpkit.verbs.check.report import check_json, check_sarif, check_text
from bpkit.verbs.check.table import RULES

UNSTARTED = (
    "nothing found that keeps hello from starting; it was not started "
    "(to start it, run 'bpkit try hello')"
)


def found(*severities: Severity) -> Checked:
    rules = {rule.severity: rule for rule in RULES}
    return Checked("hello", 1234, tuple(Finding(rules[s], "message") for s in severities))


@pytest.mark.parametrize(
    ("checked", "last"),
    [
        (found(), UNSTARTED),
        (found("note"), f"1 note: {UNSTARTED}"),
        (found("warning", "note"), f"1 warning, 1 note: {UNSTARTED}"),
        (found("error", "error"), "2 errors: hello will not run"),
    ],
)
def test_the_last_line_is_the_summary(checked: Checked, last: str) -> None:
    assert check_text(checked).splitlines()[-1] == last


def test_the_report_on_an_image_on_disk_does_not_suggest_try() -> None:
    saved = replace(found(), is_saved=True)
    said = "nothing found that keeps hello from starting; it was not started\n"
    assert check_text(saved) == said


def test_json_says_that_an_image_will_not_run_but_never_that_it_runs() -> None:
    assert check_json(found("warning"))["runs"] is None
    assert check_json(found())["runs"] is None
    said = json.loads(json.dumps(check_json(found("error"))))
    assert (said["image"], said["size"], said["runs"]) == ("hello", 1234, False)
    assert len(said["findings"]) == 1


def test_sarif_lists_all_rules_that_were_applied() -> None:
    (run,) = json.loads(check_sarif(found("error")))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [r.id for r in RULES]
    assert len(run["results"]) == 1
