"""Leftovers of a script on the host, and files of the old form that are still needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import CARRY, FIRE, MAKER, TAKER, converted, lines_of, script


def test_a_file_from_outside_of_the_project_is_left_to_the_user(tmp_path: Path) -> None:
    files = {**script(before="cp ../glaze.cfg .\n"), "Dockerfile": TAKER + "COPY glaze.cfg /\n"}
    made = converted(tmp_path, files)
    assert lines_of(made) == {2: "make glaze.cfg before the build: the Dockerfile copies it"}


@pytest.mark.parametrize(
    ("command", "where"),
    [
        ("echo key > ~/.pots/key", "${HOME}/.pots/key"),
        ("cp Dockerfile.kiln list", "list"),
        ("ln -s jug cup", "cup"),
    ],
)
def test_a_file_that_no_image_takes_is_left_to_the_user(
    command: str, where: str, tmp_path: Path
) -> None:
    made = converted(tmp_path, script(before=f"{command}\n"))
    assert lines_of(made) == {2: f"leaves {where} on the host; no image copies it"}


def test_a_temporary_file_is_not_reported(tmp_path: Path) -> None:
    made = converted(tmp_path, script(before="cp Dockerfile.kiln list\n", middle="rm list\n"))
    assert made.is_whole


def test_a_dockerfile_that_is_copied_into_place_is_not_a_leftover(tmp_path: Path) -> None:
    text = (
        f"cp kiln.txt Dockerfile\ndocker build -t pots-kiln .\n{CARRY}"
        "cp shelf.txt Dockerfile\ndocker build -t pots .\nrm jug Dockerfile\n"
    )
    files = {"fire.sh": text, "kiln.txt": MAKER, "shelf.txt": TAKER}
    made = converted(tmp_path, files, script="fire.sh")
    assert not made.left


def test_an_artifact_that_was_moved_is_found_at_its_new_path(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln/jug cup\n"
        "mkdir -p shelf\nmv cup shelf/jug\ndocker build -t pots .\n"
    )
    made = converted(tmp_path, {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY . /all\n"})
    assert "fire.sh:3: shelf/jug is no longer copied to the host" in map(str, made.left_behind)
    assert "the image copies the old file too" in lines_of(made)[3]


def test_an_archive_that_is_unpacked_and_removed_is_not_left(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker create --name hand pots-kiln\nmkdir -p out\n"
        "docker cp hand:/kiln/all.tar out/\ncd out && tar xf all.tar && rm all.tar\ncd ..\n"
        "docker build -t pots .\nrm -r out\n"
    )
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY out /shelf\n"}
    made = converted(tmp_path, files)
    assert made.is_whole
    assert all("host" not in note.message for note in made.left_behind)


def test_a_command_on_a_file_in_an_artifact_is_not_ignored(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln out\n"
        "glaze out/jug\ndocker build -t pots .\n"
    )
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY out /shelf\n"}
    with pytest.raises(InputError, match="works on out between the builds") as caught:
        converted(tmp_path, files, script="fire.sh")
    assert str(caught.value.place) == "fire.sh:4"


def test_a_file_made_from_an_artifact_is_named_in_the_refusal(tmp_path: Path) -> None:
    text = (
        f"mkdir -p out/kiln\n{FIRE}docker create --name hand pots-kiln\n"
        "docker cp hand:/kiln.zip ./out/\n7z x -oout/kiln out/kiln.zip\n"
        "docker build -t pots .\n"
    )
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY out/kiln /shelf\n"}
    with pytest.raises(InputError) as caught:
        converted(tmp_path, files, script="fire.sh")
    assert "fire.sh:5 works on it (7z), which is not followed" in caught.value.message


def test_a_missing_argument_is_named_in_the_refusal(tmp_path: Path) -> None:
    text = f"{FIRE}{CARRY.replace(' jug', ' $1/jug')}docker build -t pots .\n"
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY out/jug /shelf\n"}
    with pytest.raises(InputError) as caught:
        converted(tmp_path, files, script="fire.sh")
    assert "${1} is not set: pass it with --script-arg" in caught.value.message
    assert converted(tmp_path, files, script="fire.sh", arguments=("out",)).commands


def test_a_script_that_stays_needs_the_files_that_it_builds_from(tmp_path: Path) -> None:
    made = converted(tmp_path, script(middle="git clone https://clay.example/clay\n"))
    assert [(one.path, one.why) for one in made.needed] == [
        ("fire.sh", "it does more than build the images"),
        ("Dockerfile.kiln", "fire.sh builds from it"),
    ]
    assert made.unneeded == ()


def test_a_makefile_that_stays_needs_them_too(tmp_path: Path) -> None:
    text = f"pots:\n\t{FIRE}\tdocker run --rm pots-kiln cat /kiln/jug > jug\n\tdocker build -t p . "
    made = converted(tmp_path, {"Makefile": text + "&& docker push p\n"}, script="Makefile")
    assert made.unneeded == ()


def test_a_path_that_the_user_may_choose_is_reported(tmp_path: Path) -> None:
    text = (
        f"OUT=${{OUT:-jug}}\n{FIRE}docker create --name hand pots-kiln\n"
        "docker cp hand:/kiln/jug $OUT\ndocker build -t pots .\n"
    )
    made = converted(tmp_path, {"fire.sh": text})
    said = [str(note) for note in made.notes]
    assert "fire.sh:4: 'jug' is fixed here; in the script OUT sets it" in said


def test_a_word_in_a_command_is_not_a_script_of_that_name(tmp_path: Path) -> None:
    maker = f"{MAKER}RUN mould fire && ls\n"
    text = f"#!/bin/sh\n{FIRE}{CARRY}docker build -t pots .\nrm jug\n"
    made = converted(tmp_path, {"fire": text, "Dockerfile.kiln": maker})
    assert "fire" in made.unneeded
    made = converted(tmp_path, {"fire": text, "Dockerfile.kiln": f"{MAKER}COPY . .\nRUN ./fire\n"})
    assert [one.path for one in made.needed] == ["fire"]


def test_a_directory_with_the_name_of_an_image_is_not_a_use_of_it(tmp_path: Path) -> None:
    maker = f"{MAKER}COPY pots-kiln /kiln\n"
    (tmp_path / "pots-kiln").mkdir()
    assert converted(tmp_path, {**script(), "Dockerfile.kiln": maker}).lost == ()


def test_an_omitted_volume_is_reported(tmp_path: Path) -> None:
    middle = "docker run --name oven pots-kiln sh -c 'echo lid > /kiln/lid'\n"
    files = {
        **script(f"{middle}docker cp oven:/kiln/lid lid\n"),
        "Dockerfile.kiln": f"{MAKER}VOLUME /kiln\n",
        "Dockerfile": TAKER + "COPY lid /shelf/lid\n",
    }
    made = converted(tmp_path, files)
    assert "VOLUME" not in made.files[0].text
    assert any(str(n).startswith("Dockerfile.kiln:3: VOLUME omitted") for n in made.notes)


def test_a_stage_that_is_no_longer_the_last_is_reported(tmp_path: Path) -> None:
    files = {
        "Dockerfile": f"{MAKER.replace('busybox', 'busybox AS kiln')}FROM busybox\nRUN ls\n",
        "Dockerfile.shelf": TAKER,
        "fire.sh": "docker build --target kiln -t pots-kiln .\n"
        f"{CARRY}docker build -f Dockerfile.shelf -t pots .\n",
    }
    made = converted(tmp_path, files)
    assert any(
        str(note).startswith("Dockerfile:3: this stage is no longer the last")
        for note in made.notes
    )


def test_leftovers_have_commands_that_recreate_them(tmp_path: Path) -> None:
    text = f"GLAZE=${{GLAZE:-blue}}\n{FIRE}{CARRY}docker build -t pots:$GLAZE .\n"
    made = converted(tmp_path, {"fire.sh": text.replace("-f", "--build-arg GLAZE=$GLAZE -f", 1)})
    assert made.leaving == (
        'docker build --build-arg=GLAZE="${GLAZE:-blue}" --target kiln -t pots-kiln .',
        'id=$(docker create pots-kiln x) && docker cp "$id":/kiln/jug jug && docker rm "$id"',
    )
    assert made.is_whole


def test_files_that_the_script_removes_are_not_recreated(tmp_path: Path) -> None:
    made = converted(tmp_path, script(middle="docker rmi pots-kiln\n"))
    assert made.leaving == ()


def test_an_archive_on_the_host_is_recreated_as_an_archive(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln - > kiln.tar\n"
        "docker build -t pots .\n"
    )
    made = converted(tmp_path, {"fire.sh": text, "Dockerfile": "FROM busybox\nADD kiln.tar /\n"})
    assert 'docker cp "$id":/kiln - > kiln.tar' in made.leaving[-1]


MAKE = (
    "pots: jug\n\tdocker build -t pots .\njug:\n\t{fire}\tdocker create --name hand pots-kiln\n"
    "\tdocker cp hand:/kiln/jug jug\n\tdocker rm hand\n\ttouch $@\n"
)


def test_users_of_a_file_that_is_no_longer_copied_are_reported(tmp_path: Path) -> None:
    text = MAKE.format(fire=FIRE) + "pour: jug\n\t./jug --pour\nclean:\n\trm -f jug\n"
    made = converted(tmp_path, {"Makefile": text}, script="Makefile")
    assert [str(note) for note in made.lost] == [
        "Makefile:10: this uses jug, which is no longer copied to the host"
    ]


def test_touch_does_not_change_an_artifact(tmp_path: Path) -> None:
    made = converted(tmp_path, {"Makefile": MAKE.format(fire=FIRE)}, script="Makefile")
    assert "COPY --from=kiln /kiln/jug" in made.files[0].text
    [after] = [file.text for file in made.files if file.name == "Makefile"]
    assert after == "pots: jug\n\tdocker build -t pots .\njug:\n\ttouch $@\n"
    assert not made.left


def test_a_directory_of_the_project_stays_on_the_host(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln/. shelf\n"
        "docker build -t pots .\n"
    )
    files = {"fire.sh": text, "shelf/own": "", "Dockerfile": "FROM busybox\nCOPY shelf /shelf\n"}
    made = converted(tmp_path, files)
    assert (
        str(made.left_behind[0]) == "fire.sh:3: the files of /kiln/. are no longer copied to shelf"
    )
