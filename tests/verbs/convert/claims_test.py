"""What a conversion claims: each sentence of it in a project in which it would be false."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from tests.verbs.convert.pots import CARRY, FIRE, MAKER, TAKER, converted, script


def test_the_environment_of_bpkit_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POTS_KEY", "s3cret")
    made = converted(tmp_path, script(tag='"pots:$POTS_KEY"'))
    assert made.commands == ('docker build -t "pots:${POTS_KEY}" .',)


def test_variables_and_arguments_given_for_the_script_are_used(tmp_path: Path) -> None:
    made = converted(tmp_path, script(tag="pots:$GLAZE"), environment=(("GLAZE", "blue"),))
    assert made.commands == ("docker build -t pots:blue .",)


@pytest.mark.parametrize(
    ("before", "tag", "shown"),
    [
        ("", "pots:${GLAZE:-blue}", '"pots:${GLAZE:-blue}"'),
        ("", "pots:${GLAZE-blue}", '"pots:${GLAZE-blue}"'),
        ("G=${GLAZE:-blue}\n", "pots:$G-1", '"pots:${GLAZE:-blue}-1"'),
        ("G=$(git describe)\n", "pots:$G", '"pots:$(git describe)"'),
        ("G=${1:-blue}\n", "pots:$G", '"pots:${1:-blue}"'),
        ('[ -n "$G" ] || G=blue\n', "pots:$G", '"pots:${G:-blue}"'),
        ('if [ -z "$G" ]; then G=blue; fi\n', "pots:$G", '"pots:${G:-blue}"'),
        ("D=kiln\nG=$(git log -1 $D)\n", "pots:$G", '"pots:$(git log -1 kiln)"'),
        ("G=$(git describe)\n", "pots:${G#v}", '"pots:$(v="$(git describe)"; printf %s "${v#v}")"'),
    ],
)
def test_a_tag_with_a_command_stays_as_written(
    before: str, tag: str, shown: str, tmp_path: Path
) -> None:
    made = converted(tmp_path, script(before=before, tag=tag))
    assert made.commands == (f"docker build -t {shown} .",)


def test_a_value_that_only_the_script_can_compute_stays_a_variable(tmp_path: Path) -> None:
    before = "glaze() { git describe | tr a b; }\nG=$(glaze)\n"
    made = converted(tmp_path, script(before=before, tag="pots:$G"))
    assert made.commands == ('docker build -t "pots:${G:?}" .',)
    assert [line.place.line for line in made.left] == [8]
    assert "fire.sh" not in made.unneeded


def test_a_condition_in_a_function_is_not_guessed(tmp_path: Path) -> None:
    before = 'pick() {\n  G=red\n  if [ "$(date +%u)" = 7 ]; then G=white; fi\n}\npick\n'
    made = converted(tmp_path, script(before=before, tag="pots:$G"))
    assert made.commands == ('docker build -t "pots:${G:?}" .',)


def test_a_build_behind_a_return_that_may_happen_is_refused(tmp_path: Path) -> None:
    text = (
        "last() {\n  [ $(date +%u) = 7 ] && return 0\n  docker build -t pots .\n}\n"
        f"{FIRE}{CARRY}last\n"
    )
    with pytest.raises(InputError) as caught:
        converted(tmp_path, {"fire.sh": text}, script="fire.sh")
    assert "[ $(date +%u) = 7 ]" in caught.value.message


@pytest.mark.parametrize(
    "asked", ["[ -e fired ] && return 0", "if test -d fired; then return 0; fi"]
)
def test_a_file_outside_the_project_counts_as_missing_with_a_note(
    asked: str, tmp_path: Path
) -> None:
    text = f"last() {{\n  {asked}\n  docker build -t pots .\n}}\n{FIRE}{CARRY}last\n"
    made = converted(tmp_path, {"fire.sh": text})
    assert made.commands == ("docker build -t pots .",)
    assert any("fired doesn't exist yet" in note.message for note in made.notes)


@pytest.mark.parametrize("made", [CARRY, "make jug\n", "echo > jug\n", "mkdir -p out/jug\n"])
def test_the_existence_of_a_file_that_the_script_may_have_made_is_unknown(
    made: str, tmp_path: Path
) -> None:
    where = "out/jug" if "out" in made else "jug"
    text = f"{FIRE}{CARRY}{made}if [ -s {where} ]; then docker build -t pots .; fi\n"
    with pytest.raises(InputError, match="which is known only when the script runs"):
        converted(tmp_path, {"fire.sh": text}, script="fire.sh")


def test_a_return_with_a_failure_is_a_guard(tmp_path: Path) -> None:
    guard = "[ -e kiln.cfg ] || return 1"
    text = f"last() {{\n  {guard}\n  docker build -t pots .\n}}\n{FIRE}{CARRY}last\n"
    assert converted(tmp_path, {"fire.sh": text}).commands == ("docker build -t pots .",)


def test_a_dispatching_script_is_still_needed(tmp_path: Path) -> None:
    text = (
        f"case $1 in\nfire)\n{FIRE}{CARRY}docker build -t pots .\n;;\n"
        "sell) docker push pots ;;\nesac\n"
    )
    made = converted(tmp_path, {"fire.sh": text})
    assert "fire.sh" not in made.unneeded
    assert any(line.text == "docker push pots" for line in made.lines)


def test_a_value_in_a_containers_command_becomes_an_arg_with_the_scripts_default(
    tmp_path: Path,
) -> None:
    middle = (
        "docker run --name oven -e HEAT=${HEAT:-900} pots-kiln sh -c 'echo $HEAT > /kiln/lid'\n"
        "docker cp oven:/kiln/lid lid\n"
    )
    files = {**script(middle), "Dockerfile": TAKER + "COPY lid /shelf/lid\n"}
    made = converted(tmp_path, files)
    text = made.files[0].text
    assert "ARG HEAT=900\nRUN echo $HEAT > /kiln/lid\n" in text
    assert made.commands == ('docker build --build-arg=HEAT="${HEAT:-900}" -t pots .',)


def test_two_dockerfiles_without_an_artifact_are_not_a_pair(tmp_path: Path) -> None:
    files = {
        "Dockerfile.build": MAKER,
        "Dockerfile.run": "FROM busybox\nCOPY own /own\n",
        "own": "",
    }
    with pytest.raises(InputError) as caught:
        converted(tmp_path, files, files=("Dockerfile.build", "Dockerfile.run"))
    assert "'own'" in caught.value.message
    assert str(caught.value.place) == "Dockerfile.run"


def test_a_pair_is_not_guessed_past_an_opaque_run(tmp_path: Path) -> None:
    files = {"Dockerfile.build": "FROM busybox\nWORKDIR /w\nCOPY . .\nRUN sh mould.sh\n"}
    with pytest.raises(InputError, match="would be a guess") as caught:
        converted(tmp_path, files, files=("Dockerfile.build", "Dockerfile"))
    assert str(caught.value.place) == "Dockerfile:2"


def test_a_source_in_the_tar_of_a_pair_comes_from_there(tmp_path: Path) -> None:
    build = (
        "FROM busybox\nWORKDIR /src/jug\nRUN mkdir /fired && cp mud /fired/jug\nWORKDIR /fired\n"
    )
    files = {"Dockerfile.build": build + "CMD tar -cf - .\n"}
    made = converted(tmp_path, files, files=("Dockerfile.build", "Dockerfile"))
    assert "COPY --from=build --chown=0:0 /fired/jug /shelf/jug" in made.files[0].text or (
        "COPY --from=build /fired/jug /shelf/jug" in made.files[0].text
    )


def test_an_artifact_that_no_copy_matches_is_reported(tmp_path: Path) -> None:
    text = f"{FIRE}{CARRY.replace(' jug', ' cup')}docker build -t pots .\n"
    with pytest.raises(InputError) as caught:
        converted(tmp_path, {"fire.sh": text}, script="fire.sh")
    assert "fire.sh:3 copies /kiln/jug out to cup" in caught.value.message
    assert "Dockerfile:2 copies jug, which neither the project" in caught.value.message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".travis.yml", "script: sh fire.sh\n"),
        ("package.json", '{"scripts": {"pots": "sh ./fire.sh"}}\n'),
        ("tools/all.sh", "../fire.sh\n"),
        ("Makefile", "all:\n\t./fire.sh\n"),
    ],
)
def test_a_script_that_another_file_names_is_still_needed(
    name: str, text: str, tmp_path: Path
) -> None:
    made = converted(tmp_path, {**script(), name: text}, script="fire.sh")
    assert [(one.path, one.why) for one in made.needed] == [("fire.sh", one_names_it(name, text))]


def one_names_it(name: str, text: str) -> str:
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "fire.sh" in one)
    return f"{name}:{line} names it"


def test_users_of_an_image_that_is_no_longer_made_are_reported(tmp_path: Path) -> None:
    files = {**script(), "try.sh": "#!/bin/sh\ndocker run --rm pots-kiln ls /kiln\n"}
    made = converted(tmp_path, files, script="fire.sh")
    assert [str(note) for note in made.lost] == [
        "try.sh:2: this uses the image pots-kiln, which is no longer made"
    ]
    assert not made.is_whole


def test_a_file_that_stays_on_the_host_is_reported(tmp_path: Path) -> None:
    text = f"{FIRE}{CARRY}docker build -t pots .\n"
    made = converted(tmp_path, {"fire.sh": text})
    assert [str(note) for note in made.left_behind] == [
        "fire.sh:3: jug is no longer copied to the host",
        "fire.sh:1: the image pots-kiln is no longer made",
    ]


MAKEFILE = (
    "GLAZE ?= blue\n\n# fires\npots: kiln.cfg\n\tdocker build -t pots-kiln --build-arg H=$(H) -f "
    "Dockerfile.kiln .\n\t@docker create --name hand pots-kiln\n\t@docker cp hand:/kiln/jug jug\n"
    "\t@docker rm hand\n\tdocker build -f Dockerfile \\\n\t\t-t pots:$(GLAZE) .\n\techo fired\n\n"
    "break:\n\trm -rf shards\n"
)


def test_only_the_recipe_changes_in_a_makefile(tmp_path: Path) -> None:
    made = converted(tmp_path, {"Makefile": MAKEFILE, "kiln.cfg": ""}, script="Makefile")
    [after] = [file.text for file in made.files if file.name == "Makefile"]
    assert after == (
        "GLAZE ?= blue\n\n# fires\npots: kiln.cfg\n"
        "\tdocker build -t pots:$(GLAZE) --build-arg H=$(H) .\n\techo fired\n\n"
        "break:\n\trm -rf shards\n"
    )
    assert made.commands == ('docker build --build-arg=H="${H}" -t "pots:${GLAZE:-blue}" .',)
    assert "Makefile" not in made.unneeded


def test_a_recipe_line_that_does_more_stays_with_a_note(tmp_path: Path) -> None:
    text = f"pots:\n\t{FIRE}\tdocker run --rm pots-kiln cat /kiln/jug > jug\n\tdocker build -t p . "
    made = converted(tmp_path, {"Makefile": text + "&& docker push p\n"}, script="Makefile")
    assert all(file.name != "Makefile" for file in made.files)
    assert any(str(note).startswith("Makefile:4: the recipe is unchanged") for note in made.notes)


def test_a_directory_that_only_the_second_run_finds_is_reported(tmp_path: Path) -> None:
    files = {
        "fire.sh": f"{FIRE}docker create --name hand pots-kiln\ndocker cp hand:/kiln out\n"
        "docker build -t pots .\n",
        "Dockerfile": "FROM busybox\nCOPY out/jug /jug\n",
    }
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /kiln/jug /jug" in made.files[0].text
    assert any("from the second run on" in str(note) for note in made.notes)


def test_each_image_that_ships_has_its_own_arguments(tmp_path: Path) -> None:
    taker = "FROM busybox\nARG SIZE\nCOPY jug /jug\nRUN echo $SIZE > /size\n"
    text = (
        f"{FIRE}{CARRY}docker build -t small --build-arg SIZE=1 -f Dockerfile.s .\n"
        "docker build -t large --build-arg SIZE=2 -f Dockerfile.l .\n"
    )
    files = {"fire.sh": text, "Dockerfile.s": taker, "Dockerfile.l": taker}
    assert converted(tmp_path, files, output="Dockerfile").commands == (
        "docker build --build-arg=SIZE=1 --target small -t small .",
        "docker build --build-arg=SIZE=2 -t large .",
    )


def test_a_relative_path_under_an_unknown_workdir_is_refused(tmp_path: Path) -> None:
    files = {
        "fire.sh": f"{FIRE}docker run --rm pots-kiln cat jug > jug\ndocker build -t pots .\n",
        "Dockerfile.kiln": "FROM our/kiln\nRUN fire\n",
    }
    with pytest.raises(InputError, match="WORKDIR of the base image"):
        converted(tmp_path, files, script="fire.sh")


def test_a_relative_path_is_below_the_base_of_the_same_script(tmp_path: Path) -> None:
    files = {
        "fire.sh": "docker build -t pots-clay -f Dockerfile.clay .\n"
        f"{FIRE}docker run --rm pots-kiln cat jug > jug\ndocker build -t pots .\n",
        "Dockerfile.clay": "FROM our/clay\nWORKDIR /yard\n",
        "Dockerfile.kiln": "FROM pots-clay\nRUN echo > jug\n",
    }
    made = converted(tmp_path, files)
    assert "COPY --from=kiln /yard/jug /shelf/jug" in made.files[0].text


def test_expressions_of_a_workflow_are_its_variables(tmp_path: Path) -> None:
    commands = f"{FIRE}{CARRY}".replace("\n", "\n        ")
    text = (
        "on: push\njobs:\n  pots:\n    steps:\n    - run: |\n        "
        f"{commands}docker build -t pots:${{{{ github.sha }}}} .\n"
    )
    made = converted(tmp_path, {".github/workflows/pots.yml": text})
    assert made.commands == ('docker build -t "pots:${GITHUB_SHA}" .',)
    assert made.lines[0].place.line == 6


def test_the_ignore_file_excludes_files_of_the_old_form(tmp_path: Path) -> None:
    files = {**script(), "Dockerfile": TAKER + "COPY sign /sign\n", "sign": ""}
    (tmp_path / "rest").mkdir()
    texts = {file.name: file.text for file in converted(tmp_path, files).files}
    assert "!jug" not in texts[".dockerignore"]
    assert "!sign" in texts[".dockerignore"]
