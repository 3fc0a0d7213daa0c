"""``bpkit init`` and ``bpkit templates`` as the command line has them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bpkit.__main__ import main
from tests.cli.ground import Said
from tests.places import DATA

PROJECTS = DATA / "projects"
Call = Callable[..., Said]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """bpkit in this process, on a machine without an engine and without templates of its own."""
    monkeypatch.setenv("DOCKER", "docker-that-is-not-here")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nowhere")

    def call(*arguments: str) -> Said:
        capfd.readouterr()
        status = main(list(arguments))
        return Said(status, *capfd.readouterr())

    return call


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECTS / "go", tmp_path / "go"))


def test_what_was_found_is_said_with_the_file_that_says_it(call: Call, project: Path) -> None:
    said = call("init", str(project))
    assert said.status == 0
    assert said.out == "wrote Dockerfile\nwrote .dockerignore\n"
    assert "  Go version    1.21  (go.mod)\n" in said.err


def test_json_is_all_that_is_on_standard_output(call: Call, project: Path) -> None:
    result = json.loads(call("init", "--json", "--dry-run", str(project)).out)
    assert result["template"] == "go"
    found = {one["what"]: one for one in result["found"]}
    assert found["port"] == {
        "what": "port",
        "value": "8080",
        "file": "main.go",
        "guess": False,
        "allowed_by": "",
    }
    assert [file["state"] for file in result["files"]] == ["new", "new"]
    assert sorted(one.name for one in project.iterdir()) == ["go.mod", "main.go"]


def test_a_difference_is_status_1_and_none_is_status_0(call: Call, project: Path) -> None:
    assert call("init", "--diff", str(project)).status == 1
    assert call("init", "-q", str(project)).status == 0
    again = call("init", "--diff", str(project))
    assert (again.status, again.out) == (0, "")


def test_several_languages_are_status_2_and_a_sentence(call: Call, project: Path) -> None:
    (project / "Cargo.toml").write_text("[package]\n")
    said = call("init", str(project))
    assert said.status == 2
    assert "go (go.mod), rust (Cargo.toml)" in said.err
    assert call("init", "--lang", "go", str(project)).status == 0


def test_the_templates_are_listed_with_what_they_are_for(call: Call) -> None:
    lines = call("templates").out.splitlines()
    assert any(line.split()[:2] == ["go", "shipped"] for line in lines)
    listed = json.loads(call("templates", "--json").out)["templates"]
    assert "go_version" in next(one for one in listed if one["name"] == "go")["places"]


def test_the_line_to_type_names_the_dockerfile_beside_a_pair(call: Call, project: Path) -> None:
    (project / "Dockerfile.build").write_text("FROM golang\nRUN go build -o /app\n")
    (project / "Dockerfile.runtime").write_text("FROM scratch\nCOPY app /app\n")
    assert f"next: bpkit build --try -f Dockerfile {project}\n" in call("init", str(project)).err
    assert call("build", "--dry-run", str(project)).status == 2
    assert call("build", "--dry-run", "-f", "Dockerfile", str(project)).status == 0


@pytest.mark.parametrize(
    ("compose", "line"),
    [
        ("", "next: bpkit build --try {project}\n"),
        ("services:\n  db:\n    image: x\n", "next: bpkit build --try -f Dockerfile {project}\n"),
        ("web:\n  build: .\n", "next: bpkit build --try -f Dockerfile {project}\n"),
    ],
)
def test_the_line_to_type_names_the_dockerfile_where_a_compose_file_declares_more(
    call: Call, project: Path, compose: str, line: str
) -> None:
    if compose:
        (project / "docker-compose.yml").write_text(compose)
    assert line.format(project=project) in call("init", str(project)).err
    typed = ["build", "--dry-run", *(["-f", "Dockerfile"] if compose else []), str(project)]
    assert call(*typed).status == 0
