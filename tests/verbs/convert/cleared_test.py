"""Files of the project in directories that artifacts come into, and those that a script removes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import FIRE, MAKER, converted, lines_of

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


TWO = (
    f"#!/bin/sh\nset -e\n{FIRE}docker build -t pots-wheel -f Dockerfile.wheel .\n"
    "mkdir -p shelf\n"
    "docker create --name one pots-kiln\ndocker cp one:/kiln/. shelf\ndocker rm one\n"
    "docker create --name two pots-wheel\ndocker cp two:/wheel/. shelf\ndocker rm two\n"
    "docker rmi pots-kiln pots-wheel\n"
)


def test_two_artifacts_that_are_merged_into_one_directory_come_in_their_order(
    tmp_path: Path,
) -> None:
    files = {
        "fire.sh": f"{TWO}docker build -t pots .\nrm -r shelf\n",
        "Dockerfile.wheel": "FROM busybox\nRUN mkdir /wheel && echo bowl > /wheel/bowl\n",
        "Dockerfile": "FROM busybox\nCOPY shelf /shelf\n",
    }
    made = converted(tmp_path, files)
    text = made.files[0].text
    assert text.index("COPY --from=kiln /kiln /shelf\n") < text.index(
        "COPY --from=wheel /wheel /shelf\n"
    )
    assert not made.left
    assert made.left_behind == ()


def test_both_are_there_under_another_name_too(tmp_path: Path) -> None:
    files = {
        "fire.sh": f"{TWO}mv shelf board\ndocker build -t pots .\nrm -r board\n",
        "Dockerfile.wheel": "FROM busybox\nRUN mkdir /wheel && echo bowl > /wheel/bowl\n",
        "Dockerfile": "FROM busybox\nCOPY . /shop\n",
    }
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /kiln /shop/board\n" in made.files[0].text
    assert "COPY --from=wheel /wheel /shop/board\n" in made.files[0].text


def test_a_file_of_a_directory_that_two_artifacts_fill_is_refused(tmp_path: Path) -> None:
    files = {
        "fire.sh": f"{TWO}docker build -t pots .\nrm -r shelf\n",
        "Dockerfile.wheel": "FROM busybox\nRUN mkdir /wheel && echo bowl > /wheel/bowl\n",
        "Dockerfile": "FROM busybox\nCOPY shelf/bowl /bowl\n",
    }
    with pytest.raises(InputError, match="a directory into which several artifacts come"):
        converted(tmp_path, files)


def test_in_a_git_checkout_the_project_s_own_files_are_copied_too(tmp_path: Path) -> None:
    files = {
        **shelf("docker cp hand:/kiln/. shelf\n", dockerfile="FROM busybox\nCOPY . /shop\n"),
        "Dockerfile.kiln": MAKER,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    made = converted(tmp_path, files)
    assert "COPY . /shop\nCOPY --from=kiln /kiln /shop/shelf\n" in made.files[0].text
    (tmp_path / "shelf" / "old-jug").write_text("of an earlier run\n")
    made = converted(tmp_path, files)
    assert made.before.merged_into == {"runtime": ("shelf/label",)}
