"""The conversion of each project in the corpus, compared with its folder."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bpkit.__main__ import main
from tests.verbs.convert.corpus import NAMES, project

# These have no equal, and the report says why.
REFUSED: frozenset[str] = frozenset()


@pytest.mark.parametrize("name", NAMES)
def test_a_project_is_converted_as_its_folder_expects(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    golden: Callable[[Path, str], None],
) -> None:
    asked = project(name)
    shutil.copytree(asked.before, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    words = ["convert", "--to", "multi-stage", *asked.arguments]
    status = main([*words, "--report"])
    said = capsys.readouterr()
    # The diff is held by the files.
    report = said.out[said.out.find("Carried over:") :] if "Carried over:" in said.out else ""
    golden(asked.folder / "report", f"status {status}\n{said.err}\n{report}")
    assert (status == 2) is (name in REFUSED)
    main([*words, "--json"])
    made = json.loads(capsys.readouterr().out)
    for file in made.get("files", []):
        golden(asked.folder / "after" / file["name"], file["text"])


@pytest.mark.parametrize("name", NAMES)
def test_a_git_checkout_of_it_becomes_the_same(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = project(name)
    shutil.copytree(asked.before, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], check=True)
    main(["convert", "--to", "multi-stage", *asked.arguments, "--json"])
    made = json.loads(capsys.readouterr().out)
    for file in made.get("files", []):
        assert file["text"] == (asked.folder / "after" / file["name"]).read_text()


def test_most_of_the_corpus_is_carried_over() -> None:
    assert len(NAMES) >= 40
    assert len(REFUSED) <= len(NAMES) // 10
