"""Commands in messages name bpkit as it was started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bpkit.report import as_started
from bpkit.report.invocation import invocation
from tests.places import ROOT


@pytest.mark.parametrize(
    ("argv", "orig_argv", "name"),
    [
        (["/usr/bin/bpkit", "build"], ["/usr/bin/python3", "/usr/bin/bpkit", "build"], "bpkit"),
        (["/x/bpkit/__main__.py"], ["python", "-m", "bpkit"], "python -m bpkit"),
        (["/x/bpkit/__main__.py"], ["/v/bin/python3.12", "-m", "bpkit"], "python3.12 -m bpkit"),
        (["/x/pytest/__main__.py"], ["python", "-m", "pytest"], "bpkit"),
        (["./bpkit.pyz"], ["python3", "./bpkit.pyz"], "python3 ./bpkit.pyz"),
        (["/c/cli-plugins/docker-bpkit"], ["python3", "docker-bpkit"], "docker bpkit"),
        ([], [], "bpkit"),
    ],
)
def test_the_command_is_the_one_that_was_typed(
    argv: list[str], orig_argv: list[str], name: str
) -> None:
    assert invocation(argv, orig_argv) == name


def test_only_commands_are_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/x/bpkit/__main__.py"])
    monkeypatch.setattr(sys, "orig_argv", ["python3", "-m", "bpkit"])
    assert as_started("run 'bpkit doctor' first") == "run 'python3 -m bpkit doctor' first"
    assert as_started("bpkit: wrong\n  bpkit init X") == "bpkit: wrong\n  python3 -m bpkit init X"
    assert as_started("usage: bpkit init") == "usage: python3 -m bpkit init"
    for text in ("'bpkit' is not a verb", "what bpkit made", "'bpkit.toml'", "bpkit 1.0", "bpkit"):
        assert as_started(text) == text


def test_a_command_keeps_its_name_when_started_as_bpkit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/bpkit"])
    assert as_started("'bpkit doctor' says more") == "'bpkit doctor' says more"


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["images", "--all", "--engine", "no-such-engine"], "doctor"),
        (["build", "--wat"], "build --help"),
        (["build", "--help"], "build --dry-run"),
    ],
    ids=["engine", "switch", "help"],
)
def test_messages_name_the_program_as_it_was_started(words: list[str], command: str) -> None:
    """By both names in truth: the module, and the program that pip installs."""
    python = Path(sys.executable)
    for start, name in (
        ([sys.executable, "-m", "bpkit"], f"{python.name} -m bpkit"),
        ([str(python.with_name("bpkit"))], "bpkit"),
    ):
        said = subprocess.run(
            [*start, *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        shown = said.stdout + said.stderr
        assert f"{name} {command}" in shown
        assert ("-m bpkit" in shown) == (name != "bpkit")
