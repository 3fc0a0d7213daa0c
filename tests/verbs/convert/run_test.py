"""``bpkit convert`` from the command line, as far as no engine is needed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.in_process import typed
from tests.places import ROOT

FILES = {
    "Dockerfile.build": (
        "# builds\nFROM golang\nCOPY main.go .\nRUN go build -o /bin/app\nCMD app\n"
    ),
    "Dockerfile": "FROM alpine\nCOPY app /\n",
    "main.go": "package main\n",
    "build.sh": (
        "#!/bin/sh\ndocker build -t app:build -f Dockerfile.build .\n"
        "docker create --name c app:build\ndocker cp c:/bin/app app\ndocker rm c\n"
        "docker build --no-cache -t app:1 .\n"
    ),
}
ONE_FILE = (
    "# builds\nFROM golang AS build\nCOPY main.go .\nRUN go build -o /bin/app\n\n"
    "FROM alpine\nCOPY --from=build /bin/app /\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def bpkit(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return typed("convert", str(project), *words, directory=ROOT)


def listing(project: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in project.iterdir()}


def test_a_diff_is_printed_and_nothing_is_written(project: Path) -> None:
    done = bpkit(project, "--to", "multi-stage")
    assert done.returncode == 0, done.stderr
    assert "--- a/Dockerfile\n+++ b/Dockerfile\n" in done.stdout
    assert "+COPY --from=build /bin/app /\n" in done.stdout
    assert "CMD omitted" in done.stderr
    assert listing(project) == FILES


def test_the_diff_is_one_that_patch_takes(project: Path) -> None:
    done = bpkit(project, "--to", "multi-stage")
    subprocess.run(["patch", "-p1", "-s"], cwd=project, input=done.stdout, text=True, check=True)
    assert (project / "Dockerfile").read_text() == ONE_FILE


def test_a_file_of_the_users_is_not_replaced_without_force(project: Path) -> None:
    refused = bpkit(project, "--to", "multi-stage", "--write")
    assert refused.returncode == 2
    assert listing(project) == FILES
    done = bpkit(project, "--to", "multi-stage", "--write", "--force")
    assert done.returncode == 0, done.stderr
    assert (project / "Dockerfile").read_text() == ONE_FILE
    assert (project / "Dockerfile.bak").read_text() == FILES["Dockerfile"]


def test_the_output_option_sets_the_file(project: Path) -> None:
    done = bpkit(project, "--to", "multi-stage", "-o", "Dockerfile.multi")
    assert done.returncode == 0, done.stderr
    assert (project / "Dockerfile.multi").read_text() == ONE_FILE
    assert set(listing(project)) == {*FILES, "Dockerfile.multi"}


def test_the_report_has_every_line_and_the_new_command(project: Path) -> None:
    text = bpkit(project, "--to", "multi-stage", "--report").stdout
    for line in (2, 3, 4, 5, 6):
        assert f"build.sh:{line}: docker" in text
    assert "docker build --no-cache -t app:1 .\n" in text
    assert "No longer needed: Dockerfile.build, build.sh\n" in text


def test_json_is_complete_and_nothing_else_is_printed(project: Path) -> None:
    done = bpkit(project, "--to", "multi-stage", "--json")
    data = json.loads(done.stdout)
    assert data["files"][0]["text"] == ONE_FILE
    assert {line["line"] for line in data["lines"]["carried_over"]} == {2, 3, 4, 6}
    assert data["lines"]["left_to_you"] == []
    assert data["verify"] is None


def test_lines_left_to_the_user_change_the_status(project: Path) -> None:
    with (project / "build.sh").open("a") as script:
        script.write("docker push app:1\n")
    done = bpkit(project, "--to", "multi-stage", "--report")
    assert done.returncode == 1
    assert "Left to you:\n  build.sh:7: docker push app:1\n" in done.stdout


def test_a_refused_conversion_writes_nothing_and_names_the_line(project: Path) -> None:
    with (project / "Dockerfile").open("a") as file:
        file.write("ARG TARGETARCH\nCOPY app$TARGETARCH /\n")
    done = bpkit(project, "--to", "multi-stage", "-o", "Dockerfile.multi")
    assert done.returncode == 2
    assert "Dockerfile:4: the file of COPY app$TARGETARCH depends" in done.stderr
    assert not (project / "Dockerfile.multi").exists()


def test_a_pair_without_a_script_is_enough(project: Path) -> None:
    (project / "build.sh").unlink()
    done = bpkit(
        project,
        "--to",
        "multi-stage",
        "-o",
        "Dockerfile.multi",
        "-f",
        "Dockerfile.build",
        "-f",
        "Dockerfile",
    )
    assert done.returncode == 0, done.stderr
    assert (project / "Dockerfile.multi").read_text() == ONE_FILE


def test_converting_there_back_and_there_again_is_stable(project: Path) -> None:
    (project / "Dockerfile").write_text(ONE_FILE)
    back = bpkit(project, "--to", "builder", "-o", "pair")
    assert back.returncode == 0, back.stderr
    made = project / "pair"
    assert sorted(p.name for p in made.iterdir()) == [
        "Dockerfile.build",
        "Dockerfile.runtime",
        "setup_builder_pattern.sh",
    ]
    subprocess.run(["sh", "-n", str(made / "setup_builder_pattern.sh")], check=True)
    again = bpkit(
        project, "--to", "multi-stage", "--script", "pair/setup_builder_pattern.sh", "-o", "again"
    )
    assert again.returncode == 0, again.stderr
    assert (project / "again").read_text() == ONE_FILE


def test_several_scripts_are_not_chosen_among(project: Path) -> None:
    (project / "other.sh").write_text(FILES["build.sh"])
    done = bpkit(project, "--to", "multi-stage")
    assert done.returncode == 2
    assert "build.sh, other.sh" in done.stderr
    assert bpkit(project, "--to", "multi-stage", "--script", "other.sh").returncode == 0


def test_a_directory_with_nothing_to_convert_says_so(tmp_path: Path) -> None:
    done = bpkit(tmp_path, "--to", "multi-stage")
    assert done.returncode == 2
    assert "found neither a script that builds one image from another" in done.stderr


def test_a_fifo_named_as_the_script_is_not_waited_for(project: Path) -> None:
    os.mkfifo(project / "pipe.sh")
    done = bpkit(project, "--to", "multi-stage", "--script", "pipe.sh")
    assert done.returncode == 2
    assert done.stderr == f"bpkit: {project}/pipe.sh: is not a regular file\n"
