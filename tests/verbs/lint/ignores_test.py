"""``# bpkit:ignore=ID reason``: what it covers, and what is said of the comment itself."""

from __future__ import annotations

import pytest

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile.parser import parse
from bpkit.verbs.lint.ignores import UNREASONED, UNUSED, ignores_of, without_ignored
from bpkit.verbs.lint.same_fault import Report

RAN = {"hadolint": True, "docker": True}


def report(one: str, line: int, *also: str) -> Report:
    rule = Rule(one, "warning", "title", "why")
    return Report(Finding(rule, "message", Place("Dockerfile", line)), also)


def left(text: str, *reports: Report, ran: dict[str, bool] | None = None) -> list[tuple[str, int]]:
    """The ids and lines that are left of these reports on a Dockerfile."""
    ignores = ignores_of(parse(text, "Dockerfile"))
    kept = without_ignored(reports, ignores, RAN if ran is None else ran)
    places = [(r.finding.rule.id, r.finding.place) for r in kept]
    return [(one, place.line or 0) for one, place in places if place]


ABOVE = "FROM a\n\n# bpkit:ignore=BPK213 wanted\nRUN apt-get update && \\\n  true\nRUN other\n"


def test_above_an_instruction_it_holds_for_all_its_lines() -> None:
    assert left(ABOVE, report("BPK213", 4), report("BPK213", 5)) == []


def test_above_an_instruction_it_holds_for_no_other_one_and_for_no_other_rule() -> None:
    others = report("BPK213", 6), report("BPK212", 4)
    assert left(ABOVE, report("BPK213", 4), *others) == [("BPK213", 6), ("BPK212", 4)]


def test_before_the_first_instruction_it_holds_for_the_file() -> None:
    text = "# syntax=docker/dockerfile:1\n# bpkit:ignore=BPK206 a tool\n\nFROM a\nRUN b\n"
    assert left(text, report("BPK206", 4), report("BPK206", 5)) == []


def test_comments_between_it_and_the_instruction_do_no_harm() -> None:
    text = "FROM a\n# bpkit:ignore=BPK213 wanted\n# and more to say\nRUN b\n"
    assert left(text, report("BPK213", 4)) == []


def test_an_empty_line_cuts_it_off_from_the_instruction() -> None:
    text = "FROM a\n# bpkit:ignore=BPK213 wanted\n\nRUN b\n"
    assert left(text, report("BPK213", 4)) == [("BPK213", 4), (UNUSED.id, 2)]


def test_several_ids_stand_with_commas_and_in_any_case() -> None:
    text = "FROM a\n# bpkit:ignore=bpk213,DL3008 wanted\nRUN b\n"
    assert left(text, report("BPK213", 3), report("DL3008", 3)) == []


def test_another_linters_name_for_the_fault_will_do() -> None:
    text = "# bpkit:ignore=DL3006 a test image\nFROM a\n"
    assert left(text, report("BPK208", 2, "DL3006")) == []


def test_what_it_says_in_a_heredoc_is_no_comment() -> None:
    text = "FROM a\nRUN <<E\n# bpkit:ignore=BPK213 wanted\nE\nRUN b\n"
    assert left(text, report("BPK213", 5)) == [("BPK213", 5)]


@pytest.mark.parametrize("comment", ["# bpkit:ignore=BPK213", "# bpkit:ignore", "#bpkit:ignore= x"])
def test_without_a_reason_or_an_id_it_ignores_nothing_and_is_a_finding(comment: str) -> None:
    text = f"FROM a\n{comment}\nRUN b\n"
    assert left(text, report("BPK213", 3)) == [("BPK213", 3), (UNREASONED.id, 2)]


def test_of_several_ids_the_unused_ones_are_named() -> None:
    text = "FROM a\n# bpkit:ignore=BPK213,BPK214 wanted\nRUN b\n"
    ignores = ignores_of(parse(text, "Dockerfile"))
    (one,) = without_ignored([report("BPK213", 3)], ignores, RAN)
    assert (one.finding.rule, one.finding.message) == (UNUSED, "nothing here is ignored by BPK214")


@pytest.mark.parametrize(("one", "linter"), [("DL3008", "hadolint"), ("StageNameCasing", "docker")])
def test_an_ignore_of_a_linter_that_did_not_run_is_not_called_unused(one: str, linter: str) -> None:
    text = f"FROM a\n# bpkit:ignore={one} wanted\nRUN b\n"
    assert left(text, ran={**RAN, linter: False}) == []
    assert left(text) == [(UNUSED.id, 2)]


def test_it_ignores_nothing_in_another_file() -> None:
    other = Report(Finding(Rule("BPK213", "warning", "t", "w"), "m", Place("Other", 4)))
    assert left(ABOVE, other) == [("BPK213", 4), (UNUSED.id, 3)]
