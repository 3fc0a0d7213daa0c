"""The page of the check's rules matches their table; ``make golden`` writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bpkit.verbs.check.table import RULES
from scripts.bpkit_dev.rule_pages import rules_document
from tests.places import ROOT

PAGE = ROOT / "docs" / "rules.md"
MARK = "<!-- Made from bpkit.verbs.check; `make golden` renews what follows. -->\n\n"


def test_the_page_has_every_rule(golden: Callable[[Path, str], None]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert MARK in text
    golden(PAGE, text.partition(MARK)[0] + MARK + rules_document(RULES))


def test_each_id_is_used_once_and_in_order() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert all(rule_id.startswith("BPK1") for rule_id in ids)
