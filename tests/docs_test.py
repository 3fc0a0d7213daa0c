"""README and docs: each command is one that bpkit understands, each link leads somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bpkit.cli.verbs import NAMES
from scripts.bpkit_dev.verb_pages import application
from tests.places import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if page.name != "style.md"),
]
_BLOCK = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_START = re.compile(r"^(?:\$ )?(?:python3? -m )?bpkit (?=[a-z])")
_ENDS = {"|", ">", ">>", "&&", "||", ";"}


def commands(page: Path) -> list[list[str]]:
    """The words after ``bpkit`` of each command in the page's blocks."""
    lines = [line for block in _BLOCK.findall(page.read_text()) for line in block.splitlines()]
    found = []
    for line in lines:
        if start := _START.match(line):
            words = shlex.split(line[start.end() :], comments=True)
            ends = [at for at, word in enumerate(words) if word in _ENDS]
            found.append(words[: ends[0]] if ends else words)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_command_is_one_that_the_verb_understands(page: Path) -> None:
    for words in commands(page):
        assert words[0] in NAMES, words
        reader = application(words[0])
        # Raises InputError for a switch that is not there, and for a value that is not valid.
        reader._validate_args(*reader._parse_args(words[1:]))


def test_there_are_commands_to_look_at() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """A link to a page or a heading that isn't there is one; so is a page that no menu has."""
    argv = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "s")]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 'not included in the "nav"' not in done.stderr
    assert (tmp_path / "s" / "how-to" / "wont-start" / "index.html").is_file()
