"""Host programs that work on artifacts between builds, and artifacts copied into containers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import CARRY, FIRE, TAKER, converted, lines_of, script


@pytest.mark.parametrize(
    ("command", "run"),
    [
        ("sed -i s/blue/red/ jug", "RUN sed -i s/blue/red/ /kiln/jug"),
        ("sed -i -e s/a/b/ -e s/c/d/ ./jug", "RUN sed -i -e s/a/b/ -e s/c/d/ /kiln/jug"),
        ("truncate -s 0 jug", "RUN truncate -s 0 /kiln/jug"),
    ],
)
def test_programs_in_every_image_run_in_the_stage(command: str, run: str, tmp_path: Path) -> None:
    made = converted(tmp_path, script(f"{command}\n"))
    assert f"{run}\n" in made.files[0].text
    assert not made.left


def test_a_program_that_the_build_image_may_lack_is_left_to_the_user(tmp_path: Path) -> None:
    made = converted(tmp_path, script("upx --best jug\n"))
    assert "RUN upx --best /kiln/jug\n" in made.files[0].text
    assert lines_of(made)[6].endswith("; check that the image of Dockerfile.kiln has upx")


@pytest.mark.parametrize(
    ("base", "is_there"),
    [("golang:1.22", True), ("golang:1.22-alpine", False), ("docker.io/rust:1", True)],
)
def test_which_base_images_have_strip(base: str, is_there: bool, tmp_path: Path) -> None:
    files = {**script("strip jug\n"), "Dockerfile.kiln": f"FROM {base}\nRUN make /kiln/jug\n"}
    assert (6 not in lines_of(converted(tmp_path, files))) is is_there


def test_a_program_that_the_dockerfile_installs_exists(tmp_path: Path) -> None:
    text = "FROM debian\nRUN apt-get install -y upx-ucl\nRUN make /kiln/jug\n"
    made = converted(tmp_path, {**script("upx jug\n"), "Dockerfile.kiln": text})
    assert not made.left


def test_a_compressed_artifact_has_its_new_name(tmp_path: Path) -> None:
    files = {**script("gzip jug\n"), "Dockerfile": "FROM busybox\nCOPY jug.gz /shelf/\n"}
    made = converted(tmp_path, files)
    assert "RUN gzip /kiln/jug\n" in made.files[0].text
    assert "COPY --from=kiln /kiln/jug.gz /shelf/\n" in made.files[0].text


def test_a_compressed_artifact_has_the_name_that_it_has_in_the_image(tmp_path: Path) -> None:
    carry = CARRY.replace("/kiln/jug jug", "/kiln/jug pot")
    text = f"{FIRE}{carry}gzip pot\ndocker build -t pots .\nrm pot.gz\n"
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY pot.gz /shelf/pot.gz\n"}
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /kiln/jug.gz /shelf/pot.gz\n" in made.files[0].text
    plain = text.replace("gzip pot", "gunzip pot.gz").replace(" pot\n", " pot.gz\n")
    with pytest.raises(InputError, match=r"jug in the image lacks the ending \.gz"):
        converted(tmp_path, {**files, "fire.sh": plain})


def test_unzipping_an_artifact_provides_its_contents(tmp_path: Path) -> None:
    carry = CARRY.replace("/kiln/jug jug", "/kiln/jugs.zip .")
    text = f"{FIRE}{carry}unzip -q jugs.zip -d jugs\ndocker build -t pots .\nrm -r jugs jugs.zip\n"
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY jugs /shelf\n"}
    made = converted(tmp_path, files)
    assert "RUN unzip -q /kiln/jugs.zip -d /tmp/unpacked/jugs.zip\n" in made.files[0].text
    assert "COPY --from=kiln /tmp/unpacked/jugs.zip /shelf\n" in made.files[0].text


def test_an_unknown_program_on_an_artifact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"fire\.sh:6: this works on jug between the builds"):
        converted(tmp_path, script("glaze jug\n"))


def test_work_on_a_file_of_the_project_stays_with_the_user(tmp_path: Path) -> None:
    made = converted(tmp_path, {**script("sed -i s/a/b/ sign\n"), "sign": "a\n"})
    assert lines_of(made) == {6: "sed runs on the host"}


def test_an_artifact_that_goes_into_another_container_comes_out_of_its_stage(
    tmp_path: Path,
) -> None:
    text = (
        f"{FIRE}{CARRY}docker create --name box busybox\ndocker cp jug box:/shelf/\nrm jug\n"
        "docker commit --change 'CMD [\"ls\"]' box pots\ndocker rm box\n"
    )
    made = converted(tmp_path, {"fire.sh": text}, script="fire.sh", output="Dockerfile.pots")
    assert made.files[0].text.endswith(
        'FROM busybox\nCOPY --from=kiln --chown=0:0 /kiln/jug /shelf/jug\nCMD ["ls"]\n'
    )
    assert not made.left


def test_where_a_dockerfile_was_fetched_from_is_named(tmp_path: Path) -> None:
    text = "git clone -b v1 https://example.com/kiln.git\ndocker build -t pots-kiln kiln\n"
    with pytest.raises(InputError) as caught:
        converted(tmp_path, {"fire.sh": f"{text}{CARRY}docker build -t pots .\n"}, script="fire.sh")
    assert "kiln/Dockerfile comes from https://example.com/kiln.git" in str(caught.value)
    assert TAKER in (tmp_path / "Dockerfile").read_text()
