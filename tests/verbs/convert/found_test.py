"""Mistakes that users found in conversions of their own projects, each as a small project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.verbs.convert import ConvertRequest, convert
from tests.verbs.convert.pots import CARRY, FIRE, MAKER, TAKER, converted, lines_of, script


def test_an_ignore_file_that_excludes_a_part_of_an_artifact_is_reported(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln/. shelf/jugs\n"
        "docker build -t pots shelf\nrm -r shelf/jugs\n"
    )
    files = {
        "fire.sh": text,
        "shelf/Dockerfile": "FROM busybox\nCOPY . /shelf\n",
        "shelf/.dockerignore": "# cracked\njugs/broken\n",
    }
    made = converted(tmp_path, files, script="fire.sh")
    assert lines_of(made)[3].startswith("shelf/.dockerignore:2 lets only a part of this")


def test_an_artifact_that_an_ignore_file_includes_by_a_pattern_is_copied(tmp_path: Path) -> None:
    text = (
        f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln/. out\n"
        "docker build -t pots .\n"
    )
    files = {
        "fire.sh": text,
        "Dockerfile": "FROM busybox\nCOPY out/*-jug /jug\n",
        ".dockerignore": "*\n!out/*-jug\n",
    }
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /kiln/*-jug /jug\n" in made.files[0].text
    assert not made.left


def test_a_redirection_gives_a_file_the_usual_mode(tmp_path: Path) -> None:
    text = f"{FIRE}docker run --rm pots-kiln cat /kiln/jug > jug\ndocker build -t pots .\nrm jug\n"
    made = converted(tmp_path, {"fire.sh": text})
    assert "RUN chmod 644 /kiln/jug\n" in made.files[0].text
    files = {"fire.sh": text, "Dockerfile.kiln": f"{MAKER}USER potter\n"}
    made = converted(tmp_path, files)
    assert "chmod" not in made.files[0].text
    assert "keeps its mode" in lines_of(made)[2]


def test_a_path_from_a_variable_stays_a_variable(tmp_path: Path) -> None:
    carry = CARRY.replace("/kiln/jug jug", "/kiln/$GLAZE-${V:-1}.jug jug")
    made = converted(tmp_path, {"fire.sh": f"{FIRE}{carry}docker build -t pots .\nrm jug\n"})
    text = made.files[0].text
    assert 'ARG V=1\nRUN mkdir -p /tmp/taken/1 && cp -a "/kiln/${GLAZE}-${V}.jug"' in text
    assert "COPY --from=kiln --chown=0:0 /tmp/taken/1/jug /shelf/jug\n" in text
    assert made.commands == (
        'docker build --build-arg=GLAZE="${GLAZE}" --build-arg=V="${V:-1}" -t pots .',
    )


def test_a_file_with_an_unknown_name_is_found_in_its_directory(tmp_path: Path) -> None:
    carry = f"mkdir out\n{CARRY.replace('/kiln/jug jug', '/kiln/jug-$GLAZE out')}"
    files = {"fire.sh": f"{FIRE}{carry}docker build -t pots .\nrm -r out\n"}
    made = converted(tmp_path, {**files, "Dockerfile": "FROM busybox\nCOPY out/jug-* /jug\n"})
    assert "COPY --from=kiln --chown=0:0 /tmp/taken/1/jug-* /jug\n" in made.files[0].text


SHARED = (
    "{targets}:\n\tdocker build -t pots-kiln -f Dockerfile.kiln .\n"
    "\tdocker run --rm pots-kiln cat /kiln/jug > jug\n\tdocker build -t $@ .\n"
)


def test_a_value_given_to_bpkit_is_not_written_beside_a_makefile(tmp_path: Path) -> None:
    text = SHARED.format(targets="pots").replace("/kiln/jug", "/kiln/$(GLAZE)-jug")
    made = converted(
        tmp_path, {"Makefile": text}, script="Makefile", environment=(("GLAZE", "blue"),)
    )
    assert all(file.name != "Makefile" for file in made.files)
    assert any("GLAZE is fixed in the Dockerfile" in note.message for note in made.notes)


CHOICE = (
    "case ${1:?glaze} in\nred) HEAT=900 ;;\nblue) HEAT=700 ;;\n*) exit 1 ;;\nesac\n"
    f"{FIRE}{CARRY}docker build --build-arg HEAT=$HEAT -t pots:$1 .\nrm jug\n"
)


def test_the_result_of_a_case_is_unknown_without_the_argument(tmp_path: Path) -> None:
    made = converted(tmp_path, {"fire.sh": CHOICE})
    assert made.commands == ('docker build --build-arg=HEAT="${HEAT:?}" -t "pots:${1}" .',)
    assert made.left


def test_a_script_that_was_given_an_argument_makes_more(tmp_path: Path) -> None:
    made = converted(tmp_path, {"fire.sh": CHOICE}, script="fire.sh", arguments=("red",))
    assert made.commands == ("docker build --build-arg=HEAT=900 -t pots:red .",)
    assert made.unneeded == ()


def test_a_ci_file_is_never_called_obsolete(tmp_path: Path) -> None:
    commands = "".join(f"- {one}\n" for one in f"{FIRE}{CARRY}docker build -t pots .".split("\n"))
    made = converted(tmp_path, {".travis.yml": f"script:\n{commands}"})
    assert made.unneeded == ()


def test_npm_runs_the_pre_and_post_scripts(tmp_path: Path) -> None:
    text = (
        '{"version": "2.1.0", "scripts": {"prepots": "%s",'
        ' "pots": "docker build -t pots:$npm_package_version .", "postpots": "rm jug"}}\n'
    )
    inside = f"{FIRE}{CARRY}".strip().replace("\n", " && ")
    made = converted(tmp_path, {"package.json": text % inside})
    assert made.commands == (
        'docker build -t "pots:$(node -p "require(\'./package.json\').version")" .',
    )
    assert made.unneeded == ()
    assert not made.left


def test_a_partly_unknown_name_matches_no_other(tmp_path: Path) -> None:
    fire = FIRE.replace("pots-kiln", "$REGISTRY/build")
    text = f"{fire}{CARRY.replace('pots-kiln', '$REGISTRY/build')}docker build -t pots .\nrm jug\n"
    files = {"fire.sh": text, "package.json": '{"scripts": {"build": "docker version"}}\n'}
    made = converted(tmp_path, files, script="fire.sh")
    assert made.lost == ()
    assert "the image ${REGISTRY}/build is no longer made" in str(made.left_behind[-1])


def test_a_push_does_not_change_the_fate_of_its_build(tmp_path: Path) -> None:
    text = f"{FIRE}{CARRY}docker build -t pots . && docker push pots\nrm jug\n"
    made = converted(tmp_path, {"fire.sh": text})
    assert [line.text for line in made.left] == ["docker push pots"]


def test_a_script_that_goes_on_building_keeps_its_context(tmp_path: Path) -> None:
    (tmp_path / "clay").mkdir()
    taker = f"{TAKER}COPY clay /clay\n"
    whole = converted(tmp_path, {**script(), "Dockerfile": taker})
    assert ".dockerignore" in [file.name for file in whole.files]
    kept = converted(tmp_path, {**script(middle="docker push pots-kiln\n"), "Dockerfile": taker})
    assert ".dockerignore" not in [file.name for file in kept.files]


def test_the_script_is_found_from_where_bpkit_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = converted(Path("work"), script(), script=os.path.join("work", "fire.sh"))
    assert made.commands == ("docker build -t pots .",)
    with pytest.raises(InputError, match="the file doesn't exist"):
        converted(Path("work"), script(), script="other/fire.sh")


def test_a_variable_that_holds_flags_stays_in_the_command(tmp_path: Path) -> None:
    fire = FIRE.replace("docker build", "docker build $KILN_FLAGS")
    made = converted(tmp_path, {"fire.sh": f"{fire}{CARRY}docker build -t pots .\nrm jug\n"})
    assert made.commands == ("docker build ${KILN_FLAGS} -t pots .",)


def test_the_ignore_file_applies_to_a_script_in_its_own_directory(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM busybox AS kiln\nRUN echo > /jug\nFROM busybox\nCOPY --from=kiln /jug /\nCOPY c /c\n"
    )
    (tmp_path / "c").mkdir()
    (tmp_path / ".dockerignore").write_text("**/secret\n")
    made = convert(ConvertRequest("builder", tmp_path, output="pair"))
    assert "secret" in made.files[-1].text


def test_a_directory_mounted_into_a_background_container_is_named_as_the_reason(
    tmp_path: Path,
) -> None:
    text = f"{FIRE}docker run -d -v $(pwd)/out:/out pots-kiln\ndocker build -t pots .\n"
    files = {"fire.sh": text, "Dockerfile": "FROM busybox\nCOPY out/jug /jug\n"}
    with pytest.raises(InputError, match=r"fire\.sh:2 mounts out into a container"):
        converted(tmp_path, files, script="fire.sh")


def test_messages_quote_the_makefile(tmp_path: Path) -> None:
    text = (
        f"V ?= 1\npots:\n\t{FIRE}\tsed s/X/$(V)/ Dockerfile.in > Dockerfile.out\n"
        "\tdocker build -t pots -f Dockerfile.out .\n"
    )
    with pytest.raises(InputError) as caught:
        converted(tmp_path, {"Makefile": text, "Dockerfile.in": TAKER}, script="Makefile")
    assert "make_value" not in str(caught.value)
