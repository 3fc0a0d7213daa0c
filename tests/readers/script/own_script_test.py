"""bpkit's own scripts: the recipe that one was made of comes back out of its text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.core.arguments import Param
from bpkit.core.options import BuildOptions, Facts, HostFiles
from bpkit.core.planning import plan
from bpkit.core.recipe import BUILD, RUNTIME, Artifact, Image, Recipe
from bpkit.errors import InputError
from bpkit.formats.dockerfile.parser import parse
from bpkit.readers.script.own_script import is_own_script, read_own_script
from bpkit.writers.script import write_script
from tests.core.recipes import with_image

NAME = "setup_builder_pattern.sh"
TEXTS = {
    "Dockerfile.build": "FROM golang\nWORKDIR /myapp\nCOPY . .\nRUN go build -o app\n",
    "Dockerfile.runtime": "FROM alpine\nCOPY app etc/conf /srv/\n",
}
PAIR = Recipe(
    "app",
    (
        Image(
            BUILD,
            "app-build",
            parse(TEXTS["Dockerfile.build"], "Dockerfile.build"),
            role=BUILD,
            path="Dockerfile.build",
        ),
        Image(
            RUNTIME,
            "app",
            parse(TEXTS["Dockerfile.runtime"], "Dockerfile.runtime"),
            path="Dockerfile.runtime",
            artifacts=(
                Artifact(BUILD, "/myapp/app", "app"),
                Artifact(BUILD, "/myapp/etc/conf", "etc/conf"),
            ),
        ),
    ),
)


class Folder(dict[str, str]):
    """Files by their names."""

    def text(self, path: str) -> str | None:
        return self.get(path)


def script_of(recipe: Recipe, facts: Facts | None = None) -> str:
    made = plan(recipe, BuildOptions(), facts or Facts(), engine=(Param("DOCKER", "docker"),))
    return write_script(made, title="Makes it.")


def read(text: str, name: str = NAME, **files: str) -> Recipe:
    return read_own_script(text, name, Folder(TEXTS | files), "app")


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(buildkit=False),
        Facts(buildkit=False, staged={BUILD: HostFiles(("main.go", "etc/it's"))}),
        Facts(staged={RUNTIME: HostFiles(("etc/more",))}),
    ],
    ids=["buildkit", "classic", "build context staged", "runtime context shared"],
)
def test_a_pair_read_back_from_its_script_is_unchanged(facts: Facts) -> None:
    text = script_of(PAIR, facts)
    assert is_own_script(text)
    assert read(text) == PAIR


def test_arguments_target_and_platform_are_read_back() -> None:
    made = replace(
        PAIR.images[0],
        build_args=(("V", "1 = one"), ("FROM_ENV", None)),
        target="builder",
        platform="linux/arm64",
    )
    recipe = with_image(PAIR, made)
    assert read(script_of(recipe)) == recipe


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_value_of_an_argument_is_read_back(value: str) -> None:
    recipe = with_image(PAIR, replace(PAIR.images[0], build_args=(("V", value),)))
    assert read(script_of(recipe)) == recipe


def test_a_dockerfile_that_only_the_script_contains_is_read_back() -> None:
    dockerfile = parse('FROM alpine\nRUN echo "it\'s $HOME"\nCOPY app .\n', RUNTIME)
    recipe = with_image(PAIR, replace(PAIR.images[1], dockerfile=dockerfile, path=None))
    assert read(script_of(recipe)) == recipe


def test_paths_are_relative_to_the_project_for_a_script_in_a_folder() -> None:
    files = {f"ci/{name}": text for name, text in TEXTS.items()}
    images = read(script_of(PAIR), "ci/build.sh", **files).images
    assert [image.path for image in images] == ["ci/Dockerfile.build", "ci/Dockerfile.runtime"]
    assert [image.context for image in images] == ["ci", "ci"]


def test_a_missing_dockerfile_is_reported_by_name() -> None:
    with pytest.raises(InputError, match=r"Dockerfile\.build: the file doesn't exist"):
        read_own_script(script_of(PAIR), NAME, Folder(), "app")


def test_a_step_edited_by_hand_is_reported_with_its_line() -> None:
    changed = script_of(PAIR).replace('cp "app-build-container-$run_id:', 'cp "other:', 1)
    line = next(n for n, one in enumerate(changed.splitlines(), 1) if 'cp "other:' in one)
    with pytest.raises(InputError, match=f"^{NAME}:{line}: this step is not one that bpkit writes"):
        read(changed)


def test_a_dockerfile_that_the_script_no_longer_writes_counts_as_edited_by_hand() -> None:
    text = script_of(with_image(PAIR, replace(PAIR.images[1], path=None)))
    changed = text.replace("printf %s 'FROM", "printf %s >/dev/null 'FROM")
    assert changed != text
    with pytest.raises(InputError, match="this step is not one that bpkit writes"):
        read(changed)


@pytest.mark.parametrize("artifact", [{"follow_link": True}, {"archive": True}], ids=str)
def test_the_way_an_artifact_is_copied_is_read_back(artifact: dict[str, bool]) -> None:
    copied = replace(PAIR.artifacts[0], **artifact)  # type: ignore[arg-type]
    recipe = with_image(PAIR, replace(PAIR.images[1], artifacts=(copied,)))
    assert read(script_of(recipe)) == recipe


def test_copies_of_a_folders_contents_are_read_back() -> None:
    contents = (Artifact(BUILD, "/out/.", "."), Artifact(BUILD, "/etc/.", "conf"))
    recipe = with_image(PAIR, replace(PAIR.images[1], artifacts=contents))
    assert read(script_of(recipe)) == recipe


def test_a_script_without_a_build_builds_nothing() -> None:
    text = script_of(PAIR)
    calls = ("must engine", "is_named ")
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(calls))
    with pytest.raises(InputError, match="this script builds nothing"):
        read(kept)


def test_a_script_written_by_hand_is_not_recognized_as_bpkits() -> None:
    assert not is_own_script("#!/bin/sh\ndocker build -t app .\n")
