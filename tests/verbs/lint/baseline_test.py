from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bpkit.errors import InputError, Place
from bpkit.findings import Finding
from bpkit.verbs.lint.baseline import baseline_text, known_findings, without_known, write_baseline
from bpkit.verbs.lint.rules.root_user import RULE

ONE = Finding(RULE, "no USER, see line 4", Place("a/Dockerfile", 3))
OTHER = Finding(RULE, "no USER", Place("b/Dockerfile", 3))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_only_what_is_new_is_told_wherever_its_line_is_now() -> None:
    write_baseline("base", [ONE])
    moved = replace(ONE, message="no USER, see line 9", place=Place("a/Dockerfile", 8))
    known = known_findings("base")
    assert without_known([moved, OTHER], known) == (OTHER,)
    assert without_known([ONE, ONE], known) == (ONE,)


def test_a_baseline_is_a_line_a_finding_in_order_and_is_written_anew() -> None:
    assert baseline_text([OTHER, ONE]) == baseline_text([ONE, OTHER])
    write_baseline("base", [ONE, OTHER])
    write_baseline("base", [OTHER])
    (line,) = (line for line in Path("base").read_text().splitlines() if not line.startswith("#"))
    assert line.startswith("BPK206 ")
    assert line.endswith(" b/Dockerfile: no USER")
    assert not Path("base.bak").exists()


def test_another_file_is_neither_read_nor_replaced() -> None:
    Path("other").write_text("text\n")
    with pytest.raises(InputError, match="not a baseline"):
        write_baseline("other", [ONE])
    with pytest.raises(InputError, match="not a valid line of a baseline"):
        known_findings("other")
    with pytest.raises(InputError, match="the baseline doesn"):
        known_findings("none")
    assert Path("other").read_text() == "text\n"
