from __future__ import annotations

import json
from xml.etree import ElementTree

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.report.ci import findings_github, findings_gitlab, findings_junit

RULE = Rule("BPK1", "warning", "t", "w.")
ONE = Finding(RULE, "50% of\nit", Place("a,b/Dockerfile", 3), fix=("USER 1",))
NOWHERE = Finding(RULE, "<m>\x01")


def test_github_reads_a_command_with_its_own_escapes() -> None:
    first, second = findings_github([ONE, NOWHERE]).splitlines()
    assert first.startswith("::warning file=a%2Cb/Dockerfile,line=3,title=BPK1::50%25 of%0Ait")
    assert first.endswith("%0ATo fix it:%0AUSER 1")
    assert second.startswith("::warning title=BPK1::<m>")
    assert "\x01" not in second


def test_gitlab_reads_a_report_in_which_each_fingerprint_is_unique() -> None:
    first, second, _ = json.loads(findings_gitlab([ONE, ONE, NOWHERE]))
    assert first["location"] == {"path": "a,b/Dockerfile", "lines": {"begin": 3}}
    assert (first["check_name"], first["severity"]) == ("BPK1", "major")
    assert first["fingerprint"] != second["fingerprint"]


def test_junit_has_a_suite_per_file_and_a_success_without_findings() -> None:
    text = findings_junit([ONE, NOWHERE], ["a,b/Dockerfile", "clean/Dockerfile"])
    suites = list(ElementTree.fromstring(text))
    assert [(s.get("name"), s.get("failures")) for s in suites] == [
        ("a,b/Dockerfile", "1"),
        ("clean/Dockerfile", "0"),
        ("", "1"),
    ]
    (failure,) = suites[0].iter("failure")
    assert failure.get("message") == "50% of\nit"
    assert len(list(suites[1])) == 1
