"""The action's own steps on a real engine: the image is built, checked, sized and reported."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.ci.forge import forge, run_action
from tests.engine.pair_project import PairProject


def test_the_action_builds_and_reports_a_project(pair: PairProject, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 1}}))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "bpkit").write_text(f'#!/bin/sh\nexec {sys.executable} -m bpkit "$@"\n')
    (programs / "bpkit").chmod(0o755)
    with forge() as host:
        env = {
            **pair.engine.env,
            "PATH": f"{programs}:{pair.engine.env['PATH']}",
            "PYTHONPATH": os.getcwd(),
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_API_URL": host.url,
            "GITHUB_REPOSITORY": "me/app",
        }
        (pair.directory / "bpkit.toml").write_text(f'image = "{pair.name}"\nname = "{pair.name}"\n')
        done = run_action({"token": "x"}, env, pair.directory)
        report = pair.directory / "bpkit-report/report.md"
        for step in ("build", "check", "size"):
            assert f"| {step} | ok |" in report.read_text(), done.stdout + done.stderr
        done = run_action({"token": "x", "budget": "1 kB"}, env, pair.directory)
        assert done.returncode == 1
        assert "| size | findings |" in report.read_text()
    (comment,) = host.comments.values()
    assert f"### `{pair.name}" in comment
    assert "over budget" in comment
    assert (pair.directory / "bpkit-report/size.html").read_text().startswith("<!doctype html>")
