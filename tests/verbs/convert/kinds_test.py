"""Kinds of real projects, each as a small one: what is unpacked, named, and found where."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import CARRY, FIRE, MAKER, TAKER, converted


def archive(taker: str, maker: str = MAKER) -> dict[str, str]:
    carry = CARRY.replace("/kiln/jug jug", "/kiln/jugs.tgz .")
    text = f"{FIRE}{carry}docker build -t pots .\nrm jugs.tgz\n"
    return {"fire.sh": text, "Dockerfile.kiln": maker, "Dockerfile": f"FROM busybox\n{taker}"}


def test_add_of_an_archive_is_unpacked_in_the_stage_that_has_it(tmp_path: Path) -> None:
    made = converted(tmp_path, archive("ADD jugs.tgz /shelf\n"))
    text = made.files[0].text
    assert "RUN mkdir -p /tmp/unpacked/jugs.tgz && tar xf /kiln/jugs.tgz -C /tmp/" in text
    assert "COPY --from=kiln /tmp/unpacked/jugs.tgz /shelf\n" in text


def test_owners_that_an_archive_names_stay_as_add_leaves_them(tmp_path: Path) -> None:
    maker = f"{MAKER}RUN chown 7:7 /kiln/jug\n"
    made = converted(tmp_path, archive("ADD jugs.tgz /shelf\n", maker))
    assert "--chown" not in made.files[0].text


@pytest.mark.parametrize(
    ("taker", "maker"),
    [
        ("ADD jugs.tgz /shelf\nCOPY jugs.tgz /all.tgz\n", MAKER),
        ("ADD --chown=7 jugs.tgz /shelf\n", MAKER),
        ("ADD jugs.tgz /shelf\n", f"{MAKER}USER potter\n"),
    ],
)
def test_an_archive_that_something_else_needs_is_refused(
    taker: str, maker: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="ADD unpacks the artifact"):
        converted(tmp_path, archive(taker, maker))


def test_a_dockerfile_that_came_out_of_the_image_is_the_project_s_file(tmp_path: Path) -> None:
    text = (
        f"{FIRE}mkdir -p set\n"
        "docker run --rm pots-kiln tar c -C /kiln jug Dockerfile | tar x -C set\n"
        "docker build -t pots set\nrm -r set\n"
    )
    maker = f"{MAKER}COPY Dockerfile.shelf /kiln/Dockerfile\n"
    files = {"fire.sh": text, "Dockerfile.kiln": maker, "Dockerfile.shelf": TAKER}
    made = converted(tmp_path, files, script="fire.sh", output="Dockerfile.pots")
    assert made.files[0].text.endswith("FROM busybox\nCOPY --from=kiln /kiln/jug /shelf/jug\n")


PIPELINE = """pipeline {
  environment {
    HEAT = '900'
    TAG = "pots:${env.BUILD_NUMBER}"
    KEY = credentials('key')
  }
  stages {
    stage('kiln') { steps { dir('works') {
      sh 'docker build --build-arg HEAT=$HEAT -t pots-kiln -f Dockerfile.kiln .'
    } } }
    stage('carry') { steps {
      sh '''
        docker create --name hand pots-kiln
        docker cp hand:/kiln/jug $WORKSPACE/jug
        docker rm hand
      '''
      script { image = docker.build("${TAG}", '--pull -f Dockerfile .') }
    } }
  }
}
"""


def test_a_pipeline_s_environment_directories_and_builds_are_followed(tmp_path: Path) -> None:
    works = {"works/Dockerfile.kiln": f"{MAKER}ARG HEAT\nCOPY clay /\n", "works/clay": ""}
    made = converted(tmp_path, {"Jenkinsfile": PIPELINE, **works}, script="Jenkinsfile")
    assert made.commands == (
        'docker build --build-arg=HEAT=900 --pull -t "pots:${BUILD_NUMBER}" .',
    )
    assert "COPY works/clay /\n" in made.files[0].text


def test_a_dockerfile_that_takes_no_part_is_not_written_over(tmp_path: Path) -> None:
    text = f"{FIRE}{CARRY}docker build -t pots -f Dockerfile.shelf .\nrm jug\n"
    files = {"fire.sh": text, "Dockerfile": "FROM scratch\n", "Dockerfile.shelf": TAKER}
    made = converted(tmp_path, files)
    assert made.files[0].name == "Dockerfile.shelf"
    assert made.commands == ("docker build -f Dockerfile.shelf -t pots .",)


def test_a_file_from_which_compose_builds_is_still_needed(tmp_path: Path) -> None:
    text = f"{FIRE}{CARRY}mv jug shop/\ndocker build -t pots shop\nrm shop/jug\n"
    files = {
        "fire.sh": text,
        "shop/Dockerfile": TAKER,
        "shop/compose.yml": "services:\n  shop:\n    build: .\n",
    }
    made = converted(tmp_path, files, output="Dockerfile.pots")
    needed = [(one.path, one.why) for one in made.needed]
    assert ("shop/Dockerfile", "shop/compose.yml:2 builds from it") in needed


def test_a_service_whose_dockerfile_ends_in_another_image_is_named(tmp_path: Path) -> None:
    text = (
        "docker build -t pots-kiln .\n" + CARRY + "docker build -t pots -f Dockerfile.s .\nrm jug\n"
    )
    files = {
        "fire.sh": text,
        "Dockerfile": MAKER,
        "Dockerfile.s": TAKER,
        "compose.yml": "services:\n  kiln:\n    build: .\n",
    }
    made = converted(tmp_path, files)
    assert [str(note) for note in made.lost] == [
        "compose.yml:2: this service builds the last stage of Dockerfile, which is another image "
        "now"
    ]
