"""A project as its directory tells it: which Dockerfiles, which names, which files are there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bpkit.errors import InputError, Place
from bpkit.formats.context.needed import ContextSource
from bpkit.project.loading import Project, ProjectChoices, load, recipe_of
from bpkit.project.reading import is_present
from tests.cli.ground import PAIR, STAGES


def project(root: Path, files: Mapping[str, str], **choices: object) -> Project:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return load(ProjectChoices(root, **choices))  # type: ignore[arg-type]


def names(found: Project) -> tuple[str, list[str]]:
    recipe = recipe_of(found, "/go")
    return recipe.project, [image.tag for image in recipe.images]


def test_names_come_from_the_artifact_the_settings_and_the_switches_in_that_order(
    tmp_path: Path,
) -> None:
    assert names(project(tmp_path, PAIR)) == ("hellogo", ["hellogo-build", "hellogo"])
    settings = {"bpkit.toml": 'name = "own"\nimage = "own/image:v1"\n'}
    assert names(project(tmp_path, settings)) == ("own", ["own/image-build:v1", "own/image:v1"])
    chosen = project(tmp_path, {}, name="said", tag="x", build_tag="y")
    assert names(chosen) == ("said", ["y", "x"])


def test_settings_of_pyproject_count_where_there_are_no_others(tmp_path: Path) -> None:
    files = {**STAGES, "pyproject.toml": '[tool.bpkit]\nimage = "a"\n[tool.other]\nx = 1\n'}
    assert names(project(tmp_path, files)) == ("welcome", ["a"])
    assert names(project(tmp_path, {"bpkit.toml": 'image = "b"'})) == ("welcome", ["b"])


def test_a_pyproject_of_others_is_not_even_parsed(tmp_path: Path) -> None:
    assert names(project(tmp_path, {**STAGES, "pyproject.toml": "[tool\n"})) == (
        "welcome",
        ["welcome"],
    )


def test_the_context_may_lie_below_or_beside_the_project(tmp_path: Path) -> None:
    files = {
        "docker/Dockerfile": STAGES["Dockerfile"],
        "src/welcome.go": "",
        "bpkit.toml": 'dockerfile = "docker/Dockerfile"\ncontext = "src/."\n',
    }
    found = project(tmp_path, files)
    assert found.context == "src"
    (image,) = recipe_of(found).images
    assert (image.path, image.context) == ("docker/Dockerfile", "src")
    assert image.tag == "welcome"


def test_build_args_of_the_switch_the_settings_and_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE", "alpine")
    files = {
        "Dockerfile": "ARG BASE\nARG TAG=1\nFROM ${BASE}:${TAG} AS a\nFROM a\n",
        "bpkit.toml": '[build-args]\nTAG = "2"\n',
    }
    # Of an ARG without a value docker makes nothing.
    assert project(tmp_path, files).bases == (":2",)
    assert project(tmp_path, {}, build_args=(("BASE", None),)).bases == ("alpine:2",)
    given = (("BASE", "debian"), ("TAG", "3"))
    assert project(tmp_path, {}, build_args=given).bases == ("debian:3",)


def test_bases_are_named_once_and_neither_scratch_nor_stages_are_any(tmp_path: Path) -> None:
    text = "FROM golang AS a\nFROM a AS b\nFROM golang\nFROM scratch\nFROM alpine\n"
    found = project(tmp_path, {"Dockerfile": text})
    assert found.bases == ("golang", "alpine")
    assert [stage.number for stage in found.bases_of("Dockerfile")] == [0, 2, 4]


def test_the_bases_of_a_pair_are_those_of_both_files(
    tmp_path: Path,
) -> None:
    build = "FROM golang\nARG V=1\nRUN go build -o app .\n"
    files = {
        "Dockerfile.build": f"FROM golang AS a\nFROM scratch AS b\n{build}FROM a\n{build}",
        "Dockerfile.runtime": "FROM alpine\nCOPY app /\n",
    }
    found = project(tmp_path, files)
    assert found.bases == ("golang", "alpine")
    shipping = found.bases_of(found.form.files[-1])
    assert tuple(stage.base_image for stage in shipping) == ("alpine",)


@pytest.mark.parametrize(
    ("pattern", "present"),
    [
        ("main.go", True),
        ("src", True),
        ("src/deep/a.txt", True),
        ("dangling", True),
        ("*.go", True),
        ("src/*/a.*", True),
        ("s*/d??p/[a-b].txt", True),
        ("none", False),
        ("*.py", False),
        ("main.go/x*", False),
        ("src/*.txt", False),
    ],
)
def test_what_a_source_names_is_looked_up(tmp_path: Path, pattern: str, present: bool) -> None:
    (tmp_path / "src" / "deep").mkdir(parents=True)
    (tmp_path / "src" / "deep" / "a.txt").write_text("")
    (tmp_path / "main.go").write_text("")
    (tmp_path / "dangling").symlink_to("nowhere")
    source = ContextSource(pattern, "COPY", pattern, Place("Dockerfile", 1))
    assert is_present(tmp_path, source) is present


@pytest.mark.parametrize("name", ["Upper", "a b", "-a", "a/b", "ü"])
def test_a_name_that_no_label_or_directory_should_have_is_refused(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(InputError, match="is not a valid project name"):
        recipe_of(project(tmp_path, PAIR, name=name))


def test_artifacts_of_the_switch_beat_those_of_the_settings(tmp_path: Path) -> None:
    settings = {**PAIR, "bpkit.toml": 'artifacts = ["/a:hellogo"]\n'}
    (artifact,) = recipe_of(project(tmp_path, settings)).artifacts
    assert artifact.source == "/a"
    (artifact,) = recipe_of(project(tmp_path, {}, artifacts=("/b:hellogo",))).artifacts
    assert artifact.source == "/b"


@pytest.mark.parametrize(
    ("setting", "pair"),
    [
        ('build-dockerfile = "Dockerfile.alt"', ("Dockerfile.alt", "Dockerfile.runtime")),
        ('runtime-dockerfile = "Dockerfile.alt"', ("Dockerfile.build", "Dockerfile.alt")),
        # A file for the other form says which of the two counts.
        ('build-dockerfile = "Dockerfile.alt"\ndockerfile = "one"', ("one",)),
        ('build-dockerfile = "Dockerfile.alt"\nstyle = "multi-stage"', ("Dockerfile",)),
    ],
)
def test_a_setting_may_name_one_file_of_a_pair(
    tmp_path: Path, setting: str, pair: tuple[str, ...]
) -> None:
    alone = dict.fromkeys(("Dockerfile", "Dockerfile.alt", "one"), "FROM busybox\n")
    found = project(tmp_path, {**PAIR, **alone, "bpkit.toml": f"{setting}\n"})
    assert found.form.files == pair


def test_one_file_of_a_pair_without_the_other_is_refused(tmp_path: Path) -> None:
    files = {"alt": "FROM busybox\n", "bpkit.toml": 'build-dockerfile = "alt"\n'}
    with pytest.raises(InputError, match="the settings name alt, but not the other") as raised:
        project(tmp_path, files)
    assert raised.value.hint == "name it with 'runtime-dockerfile'"


def test_a_missing_file_is_corrected_where_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="doesn't exist") as raised:
        project(tmp_path, {**PAIR, "bpkit.toml": 'runtime-dockerfile = "Dockerfile.rt"\n'})
    assert raised.value.hint == "correct it in the settings"
    with pytest.raises(InputError, match="doesn't exist") as raised:
        load(ProjectChoices(tmp_path, files=("Dockerfile.rt",)))
    assert raised.value.hint == "pass an existing Dockerfile with -f"
