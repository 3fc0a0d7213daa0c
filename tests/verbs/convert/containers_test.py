"""Containers of a script: what runs in them, when it is done, and what is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import FIRE, TAKER, converted

THEN = "docker cp hand:/kiln/jug jug\ndocker build -t pots .\nrm jug\n"
SHAPE = "docker create --name hand pots-kiln sh -c 'echo big > /kiln/jug'\n"


def test_the_command_of_create_runs_when_the_container_is_started(tmp_path: Path) -> None:
    made = converted(tmp_path, {"fire.sh": f"{FIRE}{SHAPE}docker start -a hand\n{THEN}"})
    assert "RUN echo big > /kiln/jug\n" in made.files[0].text


def test_the_command_of_create_does_not_run_without_a_start(tmp_path: Path) -> None:
    made = converted(tmp_path, {"fire.sh": f"{FIRE}{SHAPE}{THEN}"})
    assert "big" not in made.files[0].text


@pytest.mark.parametrize("waits", ["docker wait hand", "docker logs -f hand", "docker attach hand"])
def test_a_container_in_the_background_is_waited_for(waits: str, tmp_path: Path) -> None:
    run = SHAPE.replace("create", "run -d")
    made = converted(tmp_path, {"fire.sh": f"{FIRE}{run}{waits}\n{THEN}"})
    assert "RUN echo big > /kiln/jug\n" in made.files[0].text


@pytest.mark.parametrize("then", ["docker start hand\n", "docker start hand\ndocker logs hand\n"])
def test_a_container_that_may_still_run_is_refused(then: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="in the background"):
        converted(tmp_path, {"fire.sh": f"{FIRE}{SHAPE}{then}{THEN}"}, script="fire.sh")


def test_an_image_from_outside_is_a_stage_with_what_ran_in_it(tmp_path: Path) -> None:
    text = (
        "CID=$(docker create -it our/kiln:2 sh -c 'cd /clay && mould')\n"
        "docker cp . $CID:/clay\ndocker start -ai $CID\ndocker cp $CID:/clay/jug jug\n"
        "docker build -t pots .\nrm jug\n"
    )
    made = converted(tmp_path, {"fire.sh": text}, script="fire.sh")
    assert made.files[0].text.startswith(
        "FROM our/kiln:2 AS kiln\nCOPY . /clay/\nRUN cd /clay && mould\n"
    )


def test_a_shell_without_a_terminal_does_nothing(tmp_path: Path) -> None:
    maker = "FROM busybox\nRUN mkdir /kiln && echo jug > /kiln/jug\nCMD /bin/bash\n"
    text = f"{FIRE}docker run -d --name hand pots-kiln\n{THEN}"
    made = converted(tmp_path, {"fire.sh": text, "Dockerfile.kiln": maker})
    assert made.is_whole


def test_a_flattened_image_keeps_its_tag_and_leaves_no_container(tmp_path: Path) -> None:
    text = (
        "V=${V:-$(git describe)}\ndocker build -t pots:layers .\n"
        "C=$(docker run -d pots:layers echo)\ndocker export $C | docker import - pots:$V\n"
        "docker rm $C\ndocker rmi pots:layers\n"
    )
    made = converted(tmp_path, {"fire.sh": text, "Dockerfile": TAKER, "jug": ""})
    assert made.commands == ('docker build -t "pots:${V:-$(git describe)}" .',)
    assert made.is_whole


def test_a_builder_of_buildx_is_no_container(tmp_path: Path) -> None:
    text = (
        f"docker buildx create --use --name kiln\n{FIRE}docker create --name hand pots-kiln\n"
        f"{THEN.replace('docker build -t', 'docker buildx build --load -t')}"
        "docker buildx rm kiln\n"
    )
    made = converted(tmp_path, {"fire.sh": text})
    assert made.is_whole


@pytest.mark.parametrize(
    ("flags", "pin", "command"),
    [
        (("", " --platform linux/amd64,linux/arm64"), "$BUILDPLATFORM", "linux/amd64,linux/arm64"),
        (("", " --platform $PLATS"), "$BUILDPLATFORM", '"${PLATS}"'),
        ((" --platform linux/amd64", ""), "linux/amd64", ""),
    ],
)
def test_a_build_image_keeps_its_platform(
    flags: tuple[str, str], pin: str, command: str, tmp_path: Path
) -> None:
    text = (
        f"{FIRE.replace('docker build', f'docker build{flags[0]}')}"
        "docker create --name hand pots-kiln\n"
        f"{THEN.replace('docker build', f'docker build{flags[1]}')}"
    )
    made = converted(tmp_path, {"fire.sh": text})
    assert f"FROM --platform={pin} busybox AS kiln\n" in made.files[0].text
    platform = f" --platform={command}" if command else ""
    assert made.commands == (f"docker build{platform} -t pots .",)


def test_one_platform_for_all_stays_a_flag(tmp_path: Path) -> None:
    text = f"{FIRE}docker create --name hand pots-kiln\n{THEN}"
    text = text.replace("docker build", "docker build --platform linux/arm64")
    made = converted(tmp_path, {"fire.sh": text})
    assert "--platform" not in made.files[0].text
    assert made.commands == ("docker build --platform=linux/arm64 -t pots .",)


@pytest.mark.parametrize(
    "asks",
    [
        "docker images | grep pots-kiln || ",
        '[ -n "$(docker images -q pots-kiln)" ] || ',
        "[ $(docker images -q pots-kiln | wc -l) -eq 1 ] || ",
        "docker image inspect pots-kiln >/dev/null || ",
    ],
)
def test_an_image_that_the_script_queries_does_not_exist_before(asks: str, tmp_path: Path) -> None:
    made = converted(
        tmp_path, {"fire.sh": f"{asks}{FIRE}docker create --name hand pots-kiln\n{THEN}"}
    )
    assert made.files[0].text.startswith("FROM busybox AS kiln\n")
    assert any("exist yet" in n.message or "nothing were set" in n.message for n in made.notes)


def test_an_image_that_the_script_has_made_exists(tmp_path: Path) -> None:
    again = "docker ps -a | grep hand && docker cp hand:/kiln/jug jug\n"
    text = f"{FIRE}docker create --name hand pots-kiln\n{again}docker build -t pots .\n"
    assert "COPY --from=kiln /kiln/jug" in converted(tmp_path, {"fire.sh": text}).files[0].text


BUILDCTL = (
    "buildctl build --frontend dockerfile.v0 --local context=. --local dockerfile=. "
    "--opt filename=Dockerfile.kiln --opt target=kiln --opt build-arg:GLAZE=$GLAZE "
)


def test_buildctl_builds_as_docker_does(tmp_path: Path) -> None:
    text = (
        f"{BUILDCTL}--output type=local,dest=out\nbuildctl build --frontend=dockerfile.v0 "
        "--local context=. --local dockerfile=. --output type=image,name=me/pots,push=true\n"
    )
    files = {
        "fire.sh": text,
        "Dockerfile.kiln": "FROM busybox AS kiln\nRUN echo > /jug\nFROM busybox\n",
        "Dockerfile": "FROM busybox\nCOPY out/jug /jug\n",
    }
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /jug /jug\n" in made.files[0].text
    assert made.commands == ('docker build --build-arg=GLAZE="${GLAZE}" -t me/pots .',)
    assert [line.why for line in made.left] == [
        "the build is carried over; push the image yourself"
    ]


def test_another_frontend_is_refused(tmp_path: Path) -> None:
    text = f"{FIRE}buildctl build --frontend gateway.v0 --local context=. --opt source=x\n"
    with pytest.raises(InputError, match=r"the frontend is gateway\.v0"):
        converted(tmp_path, {"fire.sh": text}, script="fire.sh")


@pytest.mark.parametrize("output", ["out", "--output type=local,dest=out", "-o out"])
def test_the_files_of_a_build_that_go_to_the_host_are_artifacts(
    output: str, tmp_path: Path
) -> None:
    flag = output if output.startswith("-") else f"--output {output}"
    text = f"docker build {flag} -f Dockerfile.kiln .\ndocker build -t pots .\nrm -r out\n"
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY out/kiln/jug /jug\n"}
    made = converted(tmp_path, files)
    assert "/kiln/jug /jug\n" in made.files[0].text
    assert made.commands == ("docker build -t pots .",)


def test_a_container_that_make_creates_while_it_expands(tmp_path: Path) -> None:
    text = (
        f"pots:\n\t{FIRE}\t$(eval ID=$(shell docker create pots-kiln))\n"
        "\tdocker cp $(ID):/kiln/jug jug\n\tdocker rm $(ID)\n\tdocker build -t pots .\n"
    )
    made = converted(tmp_path, {"Makefile": text}, script="Makefile")
    assert "COPY --from=kiln /kiln/jug" in made.files[0].text
    assert any("before the first line of the recipe" in note.message for note in made.notes)
    [after] = [file.text for file in made.files if file.name == "Makefile"]
    assert after == "pots:\n\tdocker build -t pots .\n"


def test_a_container_that_lines_which_stay_use_is_not_taken_from_them(tmp_path: Path) -> None:
    text = (
        f"pots:\n\t{FIRE}\t$(eval ID=$(shell docker create pots-kiln))\n"
        "\tdocker cp $(ID):/kiln/jug jug\n\tdocker cp $(ID):/kiln/lid lid\n"
        "\tdocker rm $(ID)\n\tdocker build -t pots .\n"
    )
    made = converted(tmp_path, {"Makefile": text}, script="Makefile")
    assert all(file.name != "Makefile" for file in made.files)
    assert any(str(note).startswith("Makefile:5: the recipe is unchanged") for note in made.notes)


@pytest.mark.parametrize("name", ["ci/images/fire.sh", "docker/kiln/build"])
def test_a_script_further_down_is_found(name: str, tmp_path: Path) -> None:
    text = f"#!/bin/sh\n{FIRE}docker create --name hand pots-kiln\n{THEN}"
    assert name in converted(tmp_path, {name: text}).unneeded


def test_a_script_of_a_vendored_project_is_not_looked_at(tmp_path: Path) -> None:
    text = f"#!/bin/sh\n{FIRE}docker create --name hand pots-kiln\n{THEN}"
    with pytest.raises(InputError, match="found neither a script"):
        converted(tmp_path, {"vendor/kiln/fire.sh": text})


def test_what_runs_in_a_base_image_is_not_in_what_starts_from_it(tmp_path: Path) -> None:
    text = (
        "docker run --name oven busybox sh -c 'echo lid > /lid'\ndocker cp oven:/lid lid\n"
        "docker build -t pots .\nrm lid\n"
    )
    made = converted(tmp_path, {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY lid /l\n"})
    assert made.files[0].text == (
        "FROM busybox AS busybox-stage\nRUN echo lid > /lid\n\n"
        "FROM busybox\nCOPY --from=busybox-stage /lid /l\n"
    )
