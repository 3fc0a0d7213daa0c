"""Files of the project in directories that artifacts come into, and those that a script removes."""

from __future__ import annotations

from pathlib import Path

from tests.verbs.convert.pots import FIRE, converted, lines_of

CREATE = "docker create --name hand pots-kiln\n"


def shelf(middle: str, *, dockerfile: str = "FROM busybox\nCOPY shelf /shelf\n") -> dict[str, str]:
    end = "docker rm hand\ndocker rmi pots-kiln\n"
    text = f"#!/bin/sh\nset -e\n{FIRE}{CREATE}{middle}{end}docker build -t pots .\n"
    return {"fire.sh": text, "Dockerfile": dockerfile, "shelf/label": "clay\n"}


def test_the_proof_has_the_files_that_an_artifact_is_merged_with(tmp_path: Path) -> None:
    made = converted(tmp_path, shelf("docker cp hand:/kiln/. shelf\n"))
    assert made.before.merged_into == {"runtime": ("shelf/label",)}
    assert "COPY shelf /shelf\nCOPY --from=kiln /kiln /shelf\n" in made.files[0].text


def test_a_directory_that_the_script_removes_first_has_nothing_of_the_project(
    tmp_path: Path,
) -> None:
    made = converted(tmp_path, shelf("rm -rf shelf\ndocker cp hand:/kiln/. shelf\n"))
    assert made.before.merged_into == {}
    assert "COPY --from=kiln /kiln /shelf\n" in made.files[0].text
    assert "COPY shelf" not in made.files[0].text


def test_a_pattern_leaves_files_that_begin_with_a_dot(tmp_path: Path) -> None:
    files = {**shelf("rm -rf shelf/*\ndocker cp hand:/kiln/. shelf\n"), "shelf/.keep": ""}
    made = converted(tmp_path, files)
    assert made.before.merged_into == {"runtime": ("shelf/.keep",)}


def test_what_is_removed_of_a_directory_that_is_copied_as_a_whole_is_left(tmp_path: Path) -> None:
    files = shelf(
        "rm -rf shelf\nmkdir shelf\ndocker cp hand:/kiln/. shelf\n",
        dockerfile="FROM busybox\nCOPY . /shop\n",
    )
    made = converted(tmp_path, files)
    assert lines_of(made)[5].startswith("the Dockerfile copies the directory that shelf is in")


def test_what_is_removed_after_the_build_was_in_it(tmp_path: Path) -> None:
    files = shelf("docker cp hand:/kiln/. shelf\n")
    files["fire.sh"] += "rm -r shelf\n"
    made = converted(tmp_path, files)
    assert made.before.merged_into == {"runtime": ("shelf/label",)}
