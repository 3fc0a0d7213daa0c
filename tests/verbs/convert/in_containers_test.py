"""What runs in containers has directories, users, variables and volumes of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import FIRE, converted, lines_of, script

TAKE = "docker cp hand:/kiln/jug jug\ndocker build -t pots .\nrm jug\n"


def fired(commands: str, take: str = TAKE) -> dict[str, str]:
    return {"fire.sh": f"{FIRE}{commands}{take}"}


def test_exec_keeps_its_directory_and_its_variables(tmp_path: Path) -> None:
    commands = (
        "docker run -d --name hand pots-kiln sleep 60\n"
        "docker exec -w /kiln -e GLAZE=blue hand sh -c 'echo $GLAZE > jug'\n"
    )
    made = converted(tmp_path, fired(commands))
    assert "RUN cd /kiln && export GLAZE=blue && echo $GLAZE > jug\n" in made.files[0].text


def test_a_command_of_another_user_is_between_user_instructions(tmp_path: Path) -> None:
    commands = (
        "docker run -d --name hand pots-kiln sleep 60\ndocker exec -u potter hand touch /kiln/jug\n"
    )
    made = converted(tmp_path, fired(commands))
    assert "USER potter\nRUN touch /kiln/jug\nUSER root\n" in made.files[0].text


def test_a_user_in_an_image_whose_own_user_is_not_known_is_refused(tmp_path: Path) -> None:
    files = fired("docker run --name hand -u potter pots-kiln touch /kiln/jug\n")
    files["Dockerfile.kiln"] = "FROM potters/clay\n"
    with pytest.raises(InputError, match="runs as potter, and the USER of its image isn't known"):
        converted(tmp_path, files)


def test_exec_that_prints_a_file_copies_it_out(tmp_path: Path) -> None:
    commands = (
        "docker run -d --name hand pots-kiln sleep 60\n"
        "docker exec hand touch /kiln/lid\n"
        "docker exec hand cat /kiln/jug > jug\n"
    )
    made = converted(tmp_path, fired(commands, "docker build -t pots .\nrm jug\n"))
    text = made.files[0].text
    assert "RUN touch /kiln/lid\nRUN chmod 644 /kiln/jug\n" in text
    assert "COPY --from=kiln /kiln/jug /shelf/jug\n" in text


def test_exec_in_the_background_is_refused(tmp_path: Path) -> None:
    commands = "docker run -d --name hand pots-kiln sleep 60\ndocker exec -d hand touch /kiln/jug\n"
    with pytest.raises(InputError, match="runs in the background"):
        converted(tmp_path, fired(commands))


@pytest.mark.parametrize(
    "take",
    [
        "docker run --rm -v $PWD/clay:/kiln pots-kiln cat /kiln/jug > jug\n",
        "docker run --rm -v /srv/clay:/kiln pots-kiln tar c -C /kiln jug | tar x\n",
        "docker create -v $PWD/clay:/kiln --name hand pots-kiln\ndocker cp hand:/kiln/jug jug\n",
        "docker run --rm -v clay:/kiln potters/dig true\n"
        "docker run --rm -v clay:/kiln pots-kiln cat /kiln/jug > jug\n",
    ],
)
def test_a_file_copied_from_a_volume_is_not_the_images(take: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="/kiln/jug is in the volume at /kiln"):
        converted(tmp_path, fired("", f"{take}docker build -t pots .\nrm jug\n"))


def test_packing_with_a_volume_is_refused_if_the_command_also_makes_files(tmp_path: Path) -> None:
    take = (
        "docker run --rm -v /srv/clay:/clay pots-kiln sh -c 'cp /clay/* /kiln && tar c /kiln'"
        " | tar x\ndocker build -t pots .\nrm jug\n"
    )
    with pytest.raises(InputError, match="a volume at /clay"):
        converted(tmp_path, fired("", take))


def test_a_query_written_to_the_host_is_left_to_the_user(tmp_path: Path) -> None:
    made = converted(tmp_path, script("docker image inspect pots-kiln > kiln.json\n"))
    assert lines_of(made) == {6: "leaves kiln.json on the host; no image copies it"}


def test_a_from_that_is_only_an_argument_becomes_the_stage(tmp_path: Path) -> None:
    files = {
        "fire.sh": (
            f"name=pots\nbase=$name-kiln\n{FIRE}docker build --build-arg BASE=$base -t $name .\n"
        ),
        "Dockerfile": "ARG BASE\nFROM ${BASE}\nCOPY note /note\n",
        "note": "",
    }
    made = converted(tmp_path, files)
    assert "FROM kiln\nCOPY note /note\n" in made.files[0].text


def test_files_of_an_earlier_shipped_stage_are_included(tmp_path: Path) -> None:
    files = script("docker build -t plates -f Dockerfile.plates .\n")
    files |= {"Dockerfile.plates": "FROM busybox\nCOPY jug rim /\n", "rim": ""}
    made = converted(tmp_path, files)
    [ignore] = [file for file in made.files if file.name == ".dockerignore"]
    assert "!rim\n" in ignore.text


def test_an_image_from_elsewhere_that_the_user_may_set_stays_an_argument(tmp_path: Path) -> None:
    text = (
        'kiln="${KILN:-potters/kiln:3}"\nid=$(docker create "$kiln")\n'
        "docker cp $id:/kiln/jug jug\ndocker build -t pots .\nrm jug\n"
    )
    made = converted(tmp_path, {"fire.sh": text}, script="fire.sh")
    assert made.files[0].text.startswith("ARG kiln=potters/kiln:3\nFROM ${kiln} AS ")
    assert made.commands == ('docker build --build-arg=kiln="${KILN:-potters/kiln:3}" -t pots .',)


@pytest.mark.parametrize(
    ("volume", "why"),
    [
        ("clay:/kiln/clay", "without the volume clay: check that the command needs nothing in it"),
        ("/kiln/clay", "without its volume: check"),
        ("$HOME/.m2:/root/.m2", "assumed to be a cache"),
        ("$PWD/.npm:/root/.npm", "--mount=type=cache,target=/root/.npm"),
    ],
)
def test_a_run_omits_a_new_volume_or_a_cache_with_a_note(
    volume: str, why: str, tmp_path: Path
) -> None:
    made = converted(
        tmp_path, fired(f"docker run --name hand -v {volume} pots-kiln touch /kiln/jug\n")
    )
    assert "RUN touch /kiln/jug\n" in made.files[0].text
    assert why in lines_of(made)[2]


def test_exec_in_a_container_that_works_on_the_project_is_refused(tmp_path: Path) -> None:
    commands = (
        "docker run -d --name hand -v $PWD:/src pots-kiln sleep 60\n"
        "docker exec hand cp /src/note /kiln/jug\n"
    )
    with pytest.raises(InputError, match="a volume at /src"):
        converted(tmp_path, fired(commands) | {"note": ""})


def test_a_command_that_makes_and_prints_a_file_becomes_a_run(tmp_path: Path) -> None:
    files = fired("docker run --rm pots-kiln > jug\n", "docker build -t pots .\nrm jug\n")
    files["Dockerfile.kiln"] = "FROM busybox\nWORKDIR /kiln\nCMD echo jug > jug && cat jug\n"
    made = converted(tmp_path, files)
    assert "RUN echo jug > jug\n" in made.files[0].text
    assert "COPY --from=kiln /kiln/jug /shelf/jug\n" in made.files[0].text


@pytest.mark.parametrize(
    ("command", "run"),
    [
        ("cp -r /kiln/* /out/", "cp -r /kiln/* /tmp/taken/1/"),
        ("cp -L /kiln/jug /out", "cp -L /kiln/jug /tmp/taken/1/"),
        ("sudo cp /kiln/j?g /out/ && chown 7:7 /out/jug", "cp /kiln/j?g /tmp/taken/1/"),
    ],
)
def test_what_a_pattern_copies_to_a_directory_of_the_host_is_taken_by_a_run(
    command: str, run: str, tmp_path: Path
) -> None:
    take = f"docker run --rm -v $PWD/out:/out pots-kiln sh -c '{command}'\n"
    files = fired("mkdir -p out\n", f"{take}docker build -t pots .\nrm -r out\n")
    files["Dockerfile"] = "FROM busybox\nCOPY out /shelf\n"
    text = converted(tmp_path, files).files[0].text
    assert f"RUN mkdir -p /tmp/taken/1 && {run}\n" in text
    assert "COPY --from=kiln /tmp/taken/1 /shelf\n" in text
