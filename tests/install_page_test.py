"""The sections that the slow tests of installing follow are on the page: its headings change."""

from __future__ import annotations

import re

from tests.places import ROOT


def test_the_sections_that_are_followed_are_on_the_page() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    test = (ROOT / "tests" / "engine" / "install_test.py").read_text(encoding="utf-8")
    followed = set(re.findall(r'section\("([^"]+)"\)', test))
    assert len(followed) >= 6
    assert followed <= set(re.findall(r"(?m)^## (.+)$", page))
