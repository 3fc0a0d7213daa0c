"""The pages of the verbs: Markdown for the documentation, man(7) for the manual.

``make golden`` writes them from the classes of ``bpkit/cli/``.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bpkit.cli.verbs import VERBS
from scripts.bpkit_dev.verb_pages import manual, manual_overview, markdown, overview, page_of
from tests.places import ROOT

DOCS, MANUAL = ROOT / "docs" / "verbs", ROOT / "docs" / "man"
NAMES = [name for name, _, _ in VERBS]
Golden = Callable[[Path, str], None]


@pytest.mark.parametrize("verb", NAMES)
def test_each_verb_has_its_page_and_its_manual_page(verb: str, golden: Golden) -> None:
    page = page_of(verb)
    golden(ROOT / page.page, markdown(page))
    golden(MANUAL / f"bpkit-{verb}.1", manual(page))


def test_the_overview_leads_to_every_verb(golden: Golden) -> None:
    golden(DOCS / "index.md", overview())
    golden(MANUAL / "bpkit.1", manual_overview())


def test_no_page_is_left_of_a_verb_that_is_gone() -> None:
    assert {page.stem for page in DOCS.glob("*.md")} == {*NAMES, "index"}
    assert {page.stem for page in MANUAL.iterdir()} == {
        *(f"bpkit-{name}" for name in NAMES),
        "bpkit",
    }


@pytest.mark.parametrize("verb", NAMES)
def test_the_manual_page_is_set_without_a_warning(verb: str) -> None:
    page = MANUAL / f"bpkit-{verb}.1"
    argv = ["groff", "-man", "-ww", "-Tascii", "-P-cbou", str(page)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    said = page_of(verb)
    packed = _packed(done.stdout)
    for text in (said.summary, said.usage, *(command for command, _ in said.examples)):
        assert _packed(text) in packed
    for switch in said.switches:
        assert _packed(f"{switch.spelling}{switch.says}") in packed


def _packed(text: str) -> str:
    """Text without what filling changes: blanks, line ends, and hyphens where words are broken."""
    return "".join(text.replace("-", "").split())
