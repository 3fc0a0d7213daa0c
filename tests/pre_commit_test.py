"""The hooks that ``.pre-commit-hooks.yaml`` offers, run by the real pre-commit."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bpkit import __version__
from tests.page_session import blocks_of
from tests.places import ROOT
from tests.scripts.release_test import LEFT_OUT

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


def test_other_files_are_left_to_others(tmp_path: Path) -> None:
    names = ["README.md", "Dockerfile.dockerignore", "app.py", "Dockerfile.md", "MyDockerfile"]
    done = run_hooks(tmp_path, dict.fromkeys(names, "nothing of the kind\n"))
    assert (done.returncode, "no files to check" in done.stdout) == (0, True), done.stdout


def _git(directory: Path, *words: str) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    named = {
        f"GIT_{who}_{what}": "a@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        ["git", *words],
        cwd=directory,
        env={**plain, **named},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def tagged_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of bpkit's source as it stands here, with the tag of a release."""
    clone = tmp_path_factory.mktemp("clone") / "bpkit"
    shutil.copytree(ROOT, clone, ignore=LEFT_OUT, symlinks=True)
    _git(clone, "init", "-q")
    _git(clone, "add", "-A")
    _git(clone, "commit", "-q", "-m", "As it is")
    _git(clone, "tag", f"v{__version__}")
    return clone


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
@pytest.mark.parametrize("hook", ["bpkit-lint", "bpkit-lint-all"])
def test_a_hook_is_installed_from_a_tag_of_a_clone_and_run(
    tagged_clone: Path, tmp_path: Path, hook: str
) -> None:
    """As ``docs/how-to/pre-commit.md`` has it, with the address of the clone."""
    page = (ROOT / "docs" / "how-to" / "pre-commit.md").read_text()
    (block,) = (one.text for one in blocks_of(page) if one.language == "yaml")
    address = re.compile(r"repo: \S+.*")
    assert f"rev: v{__version__}\n" in block
    config = address.sub(f"repo: {tagged_clone.as_uri()}", block).replace("bpkit-lint", hook)
    (tmp_path / ".pre-commit-config.yaml").write_text(config)
    (tmp_path / "Dockerfile").write_text("FROM debian:13\nUSER app\n")
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", "-A")
    env = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / ".cache"), "DOCKER": "/nonexistent"}
    env.pop("PYTHONPATH", None)
    argv = [*PRE_COMMIT, "run", "--all-files", "--color", "never"]
    done = subprocess.run(argv, cwd=tmp_path, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Dockerfile:2: warning BPK207" in done.stdout
    (tmp_path / "Dockerfile").write_text("FROM debian:13\nUSER 1000\n")
    done = subprocess.run(argv, cwd=tmp_path, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_hook_starts_bpkit_lint_with_switches_that_it_has() -> None:
    for hook in hooks():
        words = shlex.split(str(hook["entry"]))
        assert words[:2] == ["bpkit", "lint"]
        done = subprocess.run(
            [sys.executable, "-m", *words, "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
