"""What hadolint and ``docker build --check`` answered, read.

The answers in ``tests/data/lint`` are those of hadolint 2.15.1 and of Docker 28.5.2 (its field
``sources`` left out) on the Dockerfiles beside them.
"""

from __future__ import annotations

import json

import pytest

from bpkit.errors import EngineError
from bpkit.verbs.lint import build_check, hadolint
from tests.places import DATA

LINT_DATA = DATA / "lint"


def test_dockers_checks_become_findings_with_their_lines() -> None:
    answer = build_check.read_answer((LINT_DATA / "checked.json").read_text(), "Dockerfile")
    assert [(f.rule.id, str(f.place), f.severity) for f in answer.findings] == [
        ("StageNameCasing", "Dockerfile:1", "warning"),
        ("FromAsCasing", "Dockerfile:1", "warning"),
        ("MaintainerDeprecated", "Dockerfile:2", "warning"),
    ]
    assert answer.findings[0].message == "Stage name 'Build' should be lowercase"
    assert "/rule/stage-name-casing/" in answer.findings[0].rule.why


def test_where_dockers_checks_stopped_is_kept() -> None:
    answer = build_check.read_answer((LINT_DATA / "checked.json").read_text(), "Dockerfile")
    assert "unknown instruction: COPYY" in answer.stopped
    assert build_check.read_answer(json.dumps({"warnings": None}), "Dockerfile").stopped == ""


@pytest.mark.parametrize(
    "said",
    [
        "unknown flag: --call\nSee 'docker buildx build --help'.",
        "ERROR: unsupported request frontend.lint: unsupported request frontend.lint",
    ],
)
def test_an_engine_without_checks_is_known_by_its_words(said: str) -> None:
    assert build_check.is_too_old(said)


def test_a_failure_of_another_kind_is_not_taken_for_age() -> None:
    assert not build_check.is_too_old("ERROR: failed to resolve source metadata for x")


def test_hadolints_answer_becomes_findings_with_its_levels() -> None:
    found = hadolint.read_findings((LINT_DATA / "linted.json").read_text()).findings
    assert [(f.rule.id, str(f.place), f.severity) for f in found] == [
        ("DL3006", "linted.Dockerfile:1", "warning"),
        ("DL3014", "linted.Dockerfile:2", "warning"),
        ("DL3008", "linted.Dockerfile:2", "warning"),
        ("DL3015", "linted.Dockerfile:2", "note"),
        ("DL3009", "linted.Dockerfile:2", "note"),
        ("DL3000", "linted.Dockerfile:3", "error"),
        ("SC2086", "linted.Dockerfile:4", "note"),
    ]
    assert "github.com/hadolint/hadolint/wiki/DL3006" in found[0].rule.why
    assert "shellcheck.net/wiki/SC2086" in found[-1].rule.why


def test_what_hadolint_can_not_read_is_no_fault_of_the_file() -> None:
    said = '[{"code": "DL1000", "level": "error", "message": "unexpected", "file": "D", "line": 6}]'
    answer = hadolint.read_findings(said)
    assert (answer.findings, answer.unread) == ((), {"D": 6})


def test_hadolints_rules_on_shells_say_nothing_of_powershell() -> None:
    text = (LINT_DATA / "linted.json").read_text()
    answer = hadolint.read_findings(text, frozenset({("linted.Dockerfile", 4)}))
    assert "SC2086" not in {f.rule.id for f in answer.findings}
    assert "DL3006" in {f.rule.id for f in answer.findings}
    elsewhere = hadolint.read_findings(text, frozenset({("linted.Dockerfile", 3)}))
    assert "SC2086" in {f.rule.id for f in elsewhere.findings}


def test_what_is_no_json_is_hadolints_failure() -> None:
    with pytest.raises(EngineError, match="hadolint"):
        hadolint.read_findings("hadolint: openBinaryFile: does not exist")
