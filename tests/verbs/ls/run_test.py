"""A workspace surveyed: what is listed, and which members a revision tells apart."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bpkit.core import Engine
from bpkit.errors import InputError
from bpkit.verbs.ls import Survey, survey, survey_json, survey_text

FILES = {
    "compose.yaml": (
        "services:\n"
        "  base: {image: base, build: base}\n"
        "  api: {image: api, build: {context: ., dockerfile: api/Dockerfile}}\n"
        "  web: {image: web, build: {context: web, shm_size: 1g}}\n"
    ),
    "base/Dockerfile": "FROM alpine\nCOPY etc /etc\n",
    "base/etc/a": "1",
    "api/Dockerfile": "FROM base\nCOPY api/src lib /src/\n",
    "api/src/a": "1",
    "api/notes": "1",
    "lib/b": "1",
    "web/Dockerfile": "FROM alpine\nCOPY --chmod=644 *.html /www/\n",
    "web/index.html": "1",
    "web/readme": "1",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def git(directory: Path, *words: str) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    subprocess.run(["git", *who, *words], cwd=directory, env=plain, check=True)


def changed(directory: Path, since: str = "HEAD") -> dict[str, str]:
    return dict(survey(directory, Engine(), since=since).changed)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("base/etc/a", {"base": "base/etc/a"}),
        ("api/src/a", {"api": "api/src/a"}),
        ("lib/b", {"api": "lib/b"}),
        ("api/notes", {}),
        ("web/index.html", {"web": "web/index.html"}),
        ("web/new.html", {"web": "web/new.html"}),
        ("web/readme", {}),
        ("web/Dockerfile", {"web": "web/Dockerfile"}),
        ("web/.dockerignore", {"web": "web/.dockerignore"}),
        ("api/Dockerfile", {"api": "api/Dockerfile"}),
    ],
)
def test_a_member_has_changed_if_a_file_that_it_reads_has(
    shop: Path, name: str, expected: dict[str, str]
) -> None:
    before = (shop / name).read_text() if (shop / name).exists() else ""
    (shop / name).write_text(f"{before}# new\n")
    assert changed(shop) == expected


def test_a_removed_file_counts_as_changed(shop: Path) -> None:
    (shop / "web/index.html").unlink()
    assert changed(shop) == {"web": "web/index.html"}


def test_the_file_that_declares_the_workspace_changes_all(shop: Path) -> None:
    (shop / "compose.yaml").write_text(f"{FILES['compose.yaml']}# new\n")
    assert set(changed(shop)) == {"base", "api", "web"}


def test_an_unknown_revision_is_refused(shop: Path) -> None:
    for revision in ("nowhere", "--output=x"):
        with pytest.raises(InputError, match="is not a revision of this git repository"):
            changed(shop, revision)


def test_the_list_names_unread_keys_and_members_that_cannot_be_built(shop: Path) -> None:
    (shop / "base/Dockerfile").write_text("FROM alpine\nCOPY ect /etc\n")
    text = survey_text(survey(shop, Engine()))
    assert "compose.yaml:4: 'shm_size' of 'web' is not read" in text
    assert f"base can't be built: {shop}/base/Dockerfile:2: COPY source 'ect'" in text


def test_json_has_the_same_in_the_order_of_building(shop: Path) -> None:
    shown = survey_json(survey(shop, Engine(), since="HEAD"))
    assert shown["source"] == "compose.yaml"
    assert shown["waves"] == [["base", "web"], ["api"]]


def test_a_survey_is_a_value(shop: Path) -> None:
    assert isinstance(survey(shop, Engine()), Survey)
