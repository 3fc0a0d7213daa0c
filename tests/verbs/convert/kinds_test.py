"""Kinds of real projects, each as a small one: what is unpacked, named, and found where."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import CARRY, FIRE, MAKER, TAKER, converted, lines_of


def archive(taker: str, maker: str = MAKER) -> dict[str, str]:
    carry = CARRY.replace("/kiln/jug jug", "/kiln/jugs.tgz .")
    text = f"{FIRE}{carry}docker build -t pots .\nrm jugs.tgz\n"
    return {"fire.sh": text, "Dockerfile.kiln": maker, "Dockerfile": f"FROM busybox\n{taker}"}


def test_add_of_an_archive_is_unpacked_in_the_stage_that_has_it(tmp_path: Path) -> None:
    made = converted(tmp_path, archive("ADD jugs.tgz /shelf\n"))
    text = made.files[0].text
    assert "RUN mkdir -p /tmp/unpacked/jugs.tgz && tar xzf /kiln/jugs.tgz -C /tmp/" in text
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


def test_an_unrelated_dockerfile_is_not_overwritten(tmp_path: Path) -> None:
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


def test_a_service_that_would_build_another_image_is_reported(tmp_path: Path) -> None:
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


def test_images_of_another_script_are_reported_and_their_context_stays(tmp_path: Path) -> None:
    files = {
        "fire.sh": f"{CARRY}docker build -t pots -f Dockerfile.shelf .\nrm jug\n",
        "kiln.sh": "docker build -t pots-kiln .\n",
        "Dockerfile": f"{MAKER}COPY . /src\n",
        "Dockerfile.shelf": TAKER,
    }
    made = converted(tmp_path, files, script="fire.sh")
    assert [file.name for file in made.files] == ["Dockerfile.shelf"]
    notes = [str(note) for note in made.notes]
    assert "kiln.sh:1: this builds the image pots-kiln, which must exist" in notes


@pytest.mark.parametrize(
    "pack",
    ["tar c -C /kiln .", "sh -c 'tar Ccf /kiln - .'"],
)
def test_an_image_of_what_a_container_packs_is_copied_from_its_stage(
    pack: str, tmp_path: Path
) -> None:
    text = f"{FIRE}docker run --rm pots-kiln {pack} | docker import -c 'CMD jug' - pots\n"
    made = converted(tmp_path, {"fire.sh": text}, script="fire.sh", output="Dockerfile.pots")
    assert made.files[0].text.endswith("FROM scratch\nCOPY --from=kiln /kiln /\nCMD jug\n")


def test_an_image_of_a_tar_that_a_stage_holds_is_unpacked_there(tmp_path: Path) -> None:
    carry = CARRY.replace("/kiln/jug jug", "/kiln/all.tar .")
    text = f"{FIRE}{carry}docker import all.tar pots\nrm all.tar\n"
    made = converted(tmp_path, {"fire.sh": text}, script="fire.sh", output="Dockerfile.pots")
    assert "tar xf /kiln/all.tar -C /tmp/unpacked/all.tar\n" in made.files[0].text
    assert "FROM scratch\nCOPY --from=kiln /tmp/unpacked/all.tar /\n" in made.files[0].text


def test_a_tar_that_the_host_packs_of_artifacts_is_packed_in_the_stage(tmp_path: Path) -> None:
    pack = "tar czf jugs.tgz jug\nrm jug\n"
    text = f"{FIRE}{CARRY}{pack}docker build -t pots .\nrm jugs.tgz\n"
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY jugs.tgz /shelf/\n"}
    made = converted(tmp_path, files)
    assert "/jugs.tgz -C /kiln jug\n" in made.files[0].text
    assert "/jugs.tgz /shelf/\n" in made.files[0].text
    assert not made.left


def test_privileges_that_a_run_lacks_are_left_to_the_user(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker run --privileged --name hand pots-kiln fire /kiln/jug\n"
        "docker cp hand:/kiln/jug jug\ndocker rm hand\ndocker build -t pots .\nrm jug\n"
    )
    made = converted(tmp_path, {"fire.sh": text})
    assert lines_of(made)[2].endswith("no --privileged: check that the command needs none")
    given = text.replace("--privileged", "--env-file kiln.env")
    with pytest.raises(InputError, match="is run with --env-file, which a RUN doesn't have"):
        converted(tmp_path, {"fire.sh": given})


def test_a_script_is_read_from_its_own_directory_if_its_paths_show_that(tmp_path: Path) -> None:
    fire = "docker build -t pots-kiln -f ../Dockerfile.kiln ..\n"
    files = {
        "works/fire.sh": f"{fire}{CARRY}docker build -t pots .\nrm jug\n",
        "works/Dockerfile": TAKER,
    }
    made = converted(tmp_path, files, script="works/fire.sh")
    assert "works/fire.sh: this is read as started in works" in map(str, made.notes)


def test_a_container_that_a_listing_picks_is_the_only_one(tmp_path: Path) -> None:
    pick = "id=$(docker ps -a | grep pots-kiln | awk '{print $1}')\n"
    carry = f"docker create pots-kiln\n{pick}docker cp $id:/kiln/jug jug\n"
    made = converted(tmp_path, {"fire.sh": f"{FIRE}{carry}docker build -t pots .\nrm jug\n"})
    assert "COPY --from=kiln /kiln/jug /shelf/jug\n" in made.files[0].text


def test_an_image_that_is_named_after_its_build_has_the_name_in_it(tmp_path: Path) -> None:
    last = "final=$(docker build -q .)\ndocker tag $final pots:${TAG:-1}\nrm jug\n"
    made = converted(tmp_path, {"fire.sh": f"{FIRE}{CARRY}{last}"})
    assert made.commands == ('docker build -t "pots:${TAG:-1}" .',)
    assert not made.left


def test_a_stage_that_an_artifact_comes_out_of_does_not_take_it(tmp_path: Path) -> None:
    text = "FROM busybox AS kiln\nWORKDIR /kiln\nCOPY . .\nRUN echo jug > jug\n\n"
    files = {
        "fire.sh": f"docker build --target kiln -t pots-kiln .\n{CARRY}"
        "docker build --target shop -t pots .\n",
        "Dockerfile": f"{text}FROM busybox AS shop\nCOPY jug /shelf/jug\n",
    }
    made = converted(tmp_path, files)
    taken = "COPY --from=kiln /kiln/jug /shelf/jug\n"
    assert made.files[0].text == f"{text}FROM busybox AS shop\n{taken}"
