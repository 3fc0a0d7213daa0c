"""Project files in directories that receive artifacts, and files that a script removes."""

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


def test_files_removed_from_a_directory_that_is_copied_whole_are_left_to_the_user(
    tmp_path: Path,
) -> None:
    files = shelf(
        "rm -rf shelf\nmkdir shelf\ndocker cp hand:/kiln/. shelf\n",
        dockerfile="FROM busybox\nCOPY . /shop\n",
    )
    made = converted(tmp_path, files)
    assert lines_of(made)[5].startswith("the Dockerfile copies the directory that shelf is in")


def test_files_removed_after_the_build_were_in_it(tmp_path: Path) -> None:
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


def test_merged_artifacts_can_be_renamed(tmp_path: Path) -> None:
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
    with pytest.raises(InputError, match="a directory that receives several artifacts"):
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


@pytest.mark.parametrize("taken", ["shelf", "shelf/*", "."])
def test_parts_of_an_artifact_removed_before_the_build_are_left_to_the_user(
    tmp_path: Path, taken: str
) -> None:
    files = shelf(
        "rm -rf shelf\nmkdir shelf\ndocker cp hand:/kiln/. shelf\nrm -rf ./shelf/shards\n",
        dockerfile=f"FROM busybox\nCOPY {taken} /shelf\n",
    )
    made = converted(tmp_path, files)
    assert lines_of(made)[8].startswith("shelf/shards is removed before the build")


def test_removing_files_that_the_build_does_not_copy_is_ignored(tmp_path: Path) -> None:
    files = shelf(
        "rm -rf shelf\nmkdir shelf\ndocker cp hand:/kiln/. shelf\nrm -rf ./shelf/shards\n",
        dockerfile="FROM busybox\nCOPY shelf/jug /shelf/jug\n",
    )
    assert 8 not in lines_of(converted(tmp_path, files))


def test_removing_parts_of_an_artifact_after_the_build_is_ignored(tmp_path: Path) -> None:
    files = shelf("rm -rf shelf\nmkdir shelf\ndocker cp hand:/kiln/. shelf\n")
    files["fire.sh"] += "rm -rf shelf/shards\n"
    said = lines_of(converted(tmp_path, files)).values()
    assert not any("is removed before the build" in why for why in said)


def test_removing_parts_of_an_artifact_that_is_remade_is_ignored(tmp_path: Path) -> None:
    again = "rm -rf shelf\nmkdir shelf\ndocker cp hand:/kiln/. shelf\n"
    files = shelf(f"{again}rm -rf shelf/shards\n{again}")
    assert 8 not in lines_of(converted(tmp_path, files))


def test_an_ignore_file_that_the_script_writes_is_left_to_the_user(tmp_path: Path) -> None:
    files = shelf(
        "mkdir oven\ndocker cp hand:/kiln/. oven\ncp ignored oven/.dockerignore\n",
        dockerfile="FROM busybox\nCOPY . /shelf\n",
    )
    files["ignored"] = "jug\n"
    files["fire.sh"] = files["fire.sh"].replace(
        "docker build -t pots .", "docker build -t pots -f Dockerfile oven"
    )
    assert lines_of(converted(tmp_path, files))[7].startswith("COPY --from doesn't heed this file")


def test_a_command_in_a_container_of_the_last_image_is_not_part_of_it(tmp_path: Path) -> None:
    files = shelf("docker cp hand:/kiln/jug jug\n", dockerfile="FROM busybox\nCOPY jug /jug\n")
    files["fire.sh"] += "docker run --name test pots touch /report\ndocker cp test:/report .\n"
    made = converted(tmp_path, files)
    assert "report" not in made.files[0].text
    assert lines_of(made).keys() == {9, 10}
    assert not any("/report" in command for command in (*made.commands, *made.leaving))


def test_a_program_that_builds_from_a_file_needs_it(tmp_path: Path) -> None:
    files = {
        **shelf("docker cp hand:/kiln/jug jug\n", dockerfile="FROM busybox\nCOPY jug /jug\n"),
        "release.py": 'run("docker", "build", "-f", "Dockerfile.kiln", ".")\n',
    }
    made = converted(tmp_path, files)
    assert "Dockerfile.kiln" not in made.unneeded
    assert "release.py:1 names it" in {one.why for one in made.needed}
