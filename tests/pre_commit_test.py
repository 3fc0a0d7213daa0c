"""The hooks that ``.pre-commit-hooks.yaml`` offers, run by the real pre-commit."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.places import ROOT

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
PRE_COMMIT = (sys.executable, "-m", "pre_commit")


def hooks() -> list[dict[str, Any]]:
    """The manifest as pre-commit itself reads it."""
    code = "import json, sys; from pre_commit.clientlib import load_manifest as load; "
    code += "json.dump(load(sys.argv[1]), sys.stdout)"
    done = subprocess.run(
        [sys.executable, "-c", code, MANIFEST], capture_output=True, text=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def run_hooks(directory: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What pre-commit says in a repository of these files.

    The hook is the manifest's, but for its language: no environment of its own is made, so that
    the test needs no package index.
    """
    kept = {"id", "name", "entry", "files", "exclude", "require_serial"}
    (hook,) = [
        {k: v for k, v in h.items() if k in kept} for h in hooks() if h["id"] == "bpkit-lint"
    ]
    words = [sys.executable, "-m", *shlex.split(str(hook["entry"]))]
    hook = {**hook, "entry": shlex.join(words), "language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    for name, text in {**files, ".pre-commit-config.yaml": json.dumps(config)}.items():
        (directory / name).write_text(text)
    # Whatever git this test itself runs under, the repository is its own.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env = {**plain, "PRE_COMMIT_HOME": str(directory / ".cache"), "PYTHONPATH": str(ROOT)}
    for argv in (["git", "init", "-q"], ["git", "add", *files, ".pre-commit-config.yaml"]):
        subprocess.run(argv, cwd=directory, env=env, check=True, capture_output=True)
    argv = [*PRE_COMMIT, "run", "--all-files", "--color", "never"]
    return subprocess.run(argv, cwd=directory, env=env, check=False, capture_output=True, text=True)


def test_a_bad_dockerfile_fails_the_hook_and_is_named(tmp_path: Path) -> None:
    done = run_hooks(tmp_path, {"api.Dockerfile": "FROM alpine:3.20\nUSER app\n"})
    assert done.returncode == 1
    assert "api.Dockerfile:2: warning BPK207" in done.stdout


def test_a_good_dockerfile_passes_the_hook(tmp_path: Path) -> None:
    done = run_hooks(tmp_path, {"Dockerfile": "FROM debian:13\nUSER 1000\n"})
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout


def test_a_pair_may_be_committed_together(tmp_path: Path) -> None:
    pair = {
        "Dockerfile.build": "FROM debian:12\nRUN gcc -o /hello a.c\n",
        "Dockerfile.runtime": "FROM alpine:3.20\nCOPY hello /\nUSER 1000\n",
    }
    done = run_hooks(tmp_path, pair)
    assert done.returncode == 1
    assert "Dockerfile.runtime:2: error BPK202" in done.stdout
    assert done.stdout.count("BPK202") == 1


@pytest.mark.parametrize(
    "name", ["README.md", "Dockerfile.dockerignore", "app.py", "Dockerfile.md", "MyDockerfile"]
)
def test_other_files_are_none_of_its_business(tmp_path: Path, name: str) -> None:
    done = run_hooks(tmp_path, {name: "nothing of the kind\n"})
    assert (done.returncode, "no files to check" in done.stdout) == (0, True), done.stdout


def test_each_hook_starts_bpkit_lint_with_switches_that_it_has() -> None:
    for hook in hooks():
        words = shlex.split(str(hook["entry"]))
        assert words[:2] == ["bpkit", "lint"]
        done = subprocess.run(
            [sys.executable, "-m", *words, "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
