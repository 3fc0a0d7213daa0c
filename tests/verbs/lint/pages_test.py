"""The pages of the lint rules are what the table of rules says; ``make golden`` writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bpkit.findings import Rule
from bpkit.report import rule_page
from bpkit.verbs.lint.table import CHECKS, RULES
from scripts.bpkit_dev.rule_pages import rules_table
from tests.places import ROOT

DOCS = ROOT / "docs"
MARK = "<!-- Made from bpkit.verbs.lint.table; `make golden` renews it. -->\n\n"
KEEPING = """## Keeping it

Say why on the line above the instruction, or at the head of the file:

```dockerfile
# bpkit:ignore={id} the reason
```"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_has_its_page(rule: Rule, golden: Callable[[Path, str], None]) -> None:
    can_be_ignored = rule in [check.RULE for check in CHECKS]
    closing = KEEPING.format(id=rule.id) if can_be_ignored else ""
    golden(DOCS / "rules" / f"{rule.id}.md", rule_page(rule, closing))


def test_the_guide_lists_every_rule(golden: Callable[[Path, str], None]) -> None:
    guide = (DOCS / "lint.md").read_text()
    assert MARK in guide
    golden(DOCS / "lint.md", guide.partition(MARK)[0] + MARK + rules_table(RULES, "rules"))


def test_no_page_is_left_of_a_rule_that_is_gone() -> None:
    pages = {path.stem for path in (DOCS / "rules").glob("BPK2*.md")}
    assert pages == {rule.id for rule in RULES}


def test_the_menu_of_the_site_has_every_rule(golden: Callable[[Path, str], None]) -> None:
    menu = ROOT / "mkdocs.yml"
    entries = "".join(f"          - rules/{rule.id}.md\n" for rule in RULES)
    head = "      - Rules of lint:\n"
    known = re.compile(re.escape(head) + r"(?:          - rules/\w+\.md\n)+")
    text = menu.read_text()
    assert known.search(text)
    golden(menu, known.sub(head + entries, text))
