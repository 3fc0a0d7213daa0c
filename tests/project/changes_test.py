"""Which members count as changed since a revision: by what each reads, wherever it lies."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.project import changed_files, changed_members, find_workspace, members_of

COMPOSE = """\
services:
  api: {build: {context: ../api, target: run, additional_contexts: {shared: ../libs}}}
  web: {build: {context: .., dockerfile: deploy/web.Dockerfile, args: {V: "${V:-1}"}}}
  inline: {build: {context: ../vendor, dockerfile_inline: "FROM a\\nCOPY sub/x /x\\n"}}
  key: {build: {context: ../key, secrets: [token]}}
secrets: {token: {file: ../token}}
"""
FILES = {
    "deploy/compose.yaml": COMPOSE,
    "deploy/web.Dockerfile": "FROM a\nCOPY www/*.html /www/\n",
    "api/Dockerfile": "FROM a AS run\nCOPY src /src\nFROM a AS dev\nCOPY tests /tests\n",
    "api/src/main": "1\n",
    "api/src/old": "1\n",
    "api/tests/one": "1\n",
    "libs/util": "1\n",
    "www/a.html": "1\n",
    "www/notes": "1\n",
    "key/Dockerfile": "FROM a\n",
    "token": "1\n",
    "readme": "1\n",
}


def git(directory: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *who, *words], cwd=directory, check=True, capture_output=True)


def commit(directory: Path) -> None:
    git(directory, "add", ".")
    git(directory, "commit", "-qm", "x")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "x").write_text("1\n")
    commit(other)
    top = tmp_path / "repository"
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    git(top, "init", "-q")
    git(top, "submodule", "--quiet", "add", str(other), "vendor/sub")
    commit(top)
    return top


def changed(repository: Path) -> Mapping[str, str]:
    directory = repository / "deploy"
    workspace = find_workspace(directory, {})
    members = members_of(directory, workspace)
    assert [member.problem for member in members] == [None] * 4
    differing = changed_files(directory, "HEAD")
    return changed_members(directory, members, differing, workspace.sources)


def test_nothing_has_changed_at_first(repository: Path) -> None:
    assert changed(repository) == {}


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("api/src/main", {"api"}),
        ("api/src/new", {"api"}),
        ("api/tests/one", set()),
        ("api/.dockerignore", {"api"}),
        ("libs/util", {"api"}),
        ("www/a.html", {"web"}),
        ("www/notes", set()),
        ("deploy/web.Dockerfile", {"web"}),
        ("deploy/web.Dockerfile.dockerignore", {"web"}),
        ("deploy/compose.yaml", {"api", "web", "inline", "key"}),
        ("deploy/compose.override.yaml", {"api", "web", "inline", "key"}),
        ("deploy/.env", {"api", "web", "inline", "key"}),
        ("token", {"key"}),
        ("readme", set()),
        ("sub/x", set()),
    ],
)
def test_a_member_has_changed_with_what_it_reads(
    repository: Path, name: str, members: set[str]
) -> None:
    path = repository / name
    path.parent.mkdir(exist_ok=True)
    old = path.read_text() if path.exists() else "services: {}\n" if "override" in name else "#\n"
    path.write_text(f"{old}# more\n")
    assert set(changed(repository)) == members


def test_a_file_that_is_gone_or_has_another_name_counts(repository: Path) -> None:
    (repository / "api/src/old").unlink()
    assert changed(repository) == {"api": "../api/src/old"}
    commit(repository)
    git(repository, "mv", "www/a.html", "www/b")
    assert changed(repository) == {"web": "../www/a.html"}


def test_another_commit_of_a_submodule_counts(repository: Path) -> None:
    sub = repository / "vendor/sub"
    (sub / "x").write_text("2\n")
    commit(sub)
    assert changed(repository) == {"inline": "../vendor/sub/"}


def test_what_is_no_revision_is_refused(repository: Path) -> None:
    with pytest.raises(InputError, match="'--output=x' is not a revision"):
        changed_files(repository, "--output=x")
