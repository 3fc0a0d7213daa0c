"""Recipes of several targets and of patterns: rewritten where that is right for all, else named."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bpkit.verbs.convert.result import Conversion
from tests.verbs.convert.pots import converted

BUILD = "\tdocker build -t pots-kiln -f Dockerfile.kiln .\n"
TAKE = "\tdocker run --rm pots-kiln cat /kiln/jug > jug\n"


def makefile(made: Conversion) -> str | None:
    return next((file.text for file in made.files if file.name == "Makefile"), None)


def reason(made: Conversion) -> str:
    return next(str(note) for note in made.notes if "recipe is unchanged" in note.message)


def commands(directory: Path, made: Conversion, goal: str) -> list[str]:
    """What make runs for the goal, by the Makefile that would be written."""
    text = makefile(made)
    assert text is not None
    (directory / "Makefile").write_text(text)
    done = subprocess.run(
        ["make", "-n", goal], cwd=directory, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("targets", ["pots cups", "$(ALL)", "po% cu%"])
def test_a_recipe_that_makes_the_same_for_each_target_is_rewritten(
    targets: str, tmp_path: Path
) -> None:
    text = f"ALL = pots cups\n{targets}:\n{BUILD}{TAKE}\tdocker build -t $@ .\n"
    made = converted(tmp_path, {"Makefile": text}, script="Makefile", arguments=("pots",))
    assert commands(tmp_path, made, "pots") == ["docker build -t pots ."]
    assert commands(tmp_path, made, "cups") == ["docker build -t cups ."]


def test_one_goal_that_needs_both_makes_one_image_of_two_names(tmp_path: Path) -> None:
    text = f"all: pots cups\npots cups:\n{BUILD}{TAKE}\tdocker build -t $@ .\n"
    made = converted(tmp_path, {"Makefile": text}, script="Makefile")
    assert made.commands == ("docker build -t cups -t pots .",)
    assert commands(tmp_path, made, "all") == ["docker build -t pots .", "docker build -t cups ."]


@pytest.mark.parametrize(
    ("build", "why"),
    [
        ("docker build -t $@ $@", "which can't be converted in the same way"),
        ("docker build -t $@ -f Dockerfile.$@ .", "which needs another Dockerfile"),
        ("docker build -t $@ --target $@ -f Dockerfile.both .", "which is built by another"),
    ],
)
def test_a_recipe_that_makes_something_else_for_another_target_stays(
    build: str, why: str, tmp_path: Path
) -> None:
    stage = "FROM busybox AS {}\nCOPY jug /shelf/jug\n"
    files = {
        "Makefile": f"pots cups:\n{BUILD}{TAKE}\tmkdir -p $@\n\tcp jug $@/jug\n\t{build}\n",
        "pots/Dockerfile": stage.format("a"),
        "Dockerfile.pots": stage.format("a"),
        "Dockerfile.cups": stage.format("a") + "CMD cup\n",
        "Dockerfile.both": stage.format("pots") + stage.format("cups") + "CMD cup\n",
    }
    made = converted(tmp_path, files, script="Makefile", arguments=("pots",))
    assert makefile(made) is None
    assert reason(made).startswith("Makefile:2: the recipe is unchanged: it is also the recipe of")
    assert why in reason(made)


def test_a_pattern_that_makes_something_else_by_each_name_stays(tmp_path: Path) -> None:
    build = BUILD.replace(" .", " --build-arg N=$* .")
    text = f"pots: jug\n\tdocker build -t pots .\n\nj%:\n{build}{TAKE}"
    made = converted(tmp_path, {"Makefile": text}, script="Makefile")
    assert makefile(made) is None
    assert "it contains $*: for other targets it makes something else" in reason(made)


def test_a_pattern_whose_lines_all_go_still_has_a_recipe(tmp_path: Path) -> None:
    text = f"pots: jug\n\tdocker build -t pots .\n\nj%: main.c\n{BUILD}{TAKE}"
    made = converted(tmp_path, {"Makefile": text, "main.c": ""}, script="Makefile")
    assert (makefile(made) or "").endswith("j%: main.c\n\t@:\n")
    assert commands(tmp_path, made, "pots") == [":", "docker build -t pots ."]


def test_an_argument_that_says_its_own_target_does_not_move_to_another_rule(
    tmp_path: Path,
) -> None:
    build = BUILD.replace(" .", " --build-arg N=$@ .")
    text = f"pots: jug\n\tdocker build -t pots .\n\njug:\n{build}{TAKE}"
    made = converted(tmp_path, {"Makefile": text}, script="Makefile")
    assert makefile(made) is None
    assert "--build-arg N=$@ contains $@, which the rule in line 2 doesn't have" in reason(made)


def test_a_value_of_the_makefile_that_the_dockerfile_has_now_is_named(tmp_path: Path) -> None:
    text = (
        "GLAZE = blue\nNAME := $(GLAZE)-1.2\nHEAT := 900\n"
        f"pots:\n{BUILD}\tdocker run --rm pots-kiln cat /kiln/$(NAME) > jug\n"
        "\tdocker build -t pots:$(HEAT) .\n"
    )
    made = converted(tmp_path, {"Makefile": text}, script="Makefile")
    assert "COPY --from=kiln /kiln/blue-1.2 " in made.files[0].text
    notes = [str(note) for note in made.notes if "change it there too" in note.message]
    assert notes == ["Makefile:1: Dockerfile has the value of GLAZE ('blue'): change it there too"]
