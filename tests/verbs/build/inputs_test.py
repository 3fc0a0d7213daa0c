"""What goes into an image: whatever would make another one makes another digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bpkit.core.options import BuildOptions, Facts
from bpkit.project.host_files import staged_files
from bpkit.project.loading import ProjectChoices, load, recipe_of
from bpkit.verbs.build.inputs import Inputs, inputs_of

BUILD = "FROM golang\nARG V=1\nWORKDIR /src\nCOPY main.go src ./\nRUN go build -o app .\n"
RUNTIME = "FROM alpine\nCOPY app conf /\n"
FILES = {
    "Dockerfile.build": BUILD,
    "Dockerfile.runtime": RUNTIME,
    "main.go": "package main",
    "src/a.go": "package src",
    "conf": "x=1",
    "unrelated": "",
}
Take = Callable[..., Inputs]


@pytest.fixture(params=[True, False], ids=["buildkit", "classic"])
def take(tmp_path: Path, request: pytest.FixtureRequest) -> Take:
    """Writes files into the project and tells what goes into its images."""

    def take(
        files: Mapping[str, str | None] | None = None, options: BuildOptions | None = None
    ) -> Inputs:
        for name, text in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True) if text is None else path.write_text(text)
        options = options or BuildOptions()
        project = load(ProjectChoices(tmp_path, build_args=options.build_args))
        recipe = recipe_of(project, "/")
        staged = staged_files(recipe, tmp_path, project.build_args, buildkit=request.param)
        return inputs_of(project, recipe, options, Facts(request.param, staged))

    take(FILES)
    return take


def test_files_that_no_dockerfile_names_do_not_matter(take: Take) -> None:
    assert take() == take({"unrelated": "new"})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.go", "package other"),
        ("src/a.go", "package other"),
        ("src/new.go", "package src"),
        ("src/a.go", None),
        ("Dockerfile.build", BUILD + "RUN true\n"),
        ("Dockerfile.build.dockerignore", "src/a.go\n"),
    ],
)
def test_inputs_of_the_build_image_are_covered_by_its_id(
    take: Take, name: str, text: str | None
) -> None:
    before, after = take(), take({name: text})
    assert before.every != after.every
    assert before.later == after.later != ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("conf", "x=2"),
        ("Dockerfile.runtime", RUNTIME + "ENV A=1\n"),
        (".dockerignore", "conf\n"),
        ("bpkit.toml", 'name = "other"\n'),
        ("bpkit.toml", 'image = "other:v1"\n'),
        ("bpkit.toml", 'platform = "linux/arm64"\n'),
    ],
)
def test_inputs_of_the_image_that_ships_change_both_digests(
    take: Take, name: str, text: str
) -> None:
    before, after = take(), take({name: text})
    assert before.every != after.every
    assert before.later != after.later


def test_an_empty_directory_is_something(take: Take, tmp_path: Path) -> None:
    before = take()
    (tmp_path / "src" / "empty").mkdir()
    between = take()
    (tmp_path / "src" / "empty").chmod(0o700)
    assert len({before.every, between.every, take().every}) == 3


def test_a_build_argument_of_the_environment_counts_by_its_value(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = BuildOptions(build_args=(("V", None),))
    seen = {take().every}
    monkeypatch.delenv("V", raising=False)
    seen.add(take(options=options).every)
    for value in ("", "2", "3"):
        monkeypatch.setenv("V", value)
        seen.add(take(options=options).every)
    assert len(seen) == 5


@pytest.mark.parametrize("name", ["DOCKER_DEFAULT_PLATFORM", "SOURCE_DATE_EPOCH"])
def test_variables_that_docker_build_reads_count(
    take: Take, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = take()
    monkeypatch.setenv(name, "linux/arm64")
    assert before.every != take().every
    assert take(options=BuildOptions(platform="linux/amd64")) != take()


@pytest.mark.parametrize(
    "options",
    [
        BuildOptions(no_cache=True),
        BuildOptions(pull=True),
        BuildOptions(secrets=("id=a",)),
        BuildOptions(ssh=("default",)),
    ],
)
def test_a_wish_that_asks_outside_is_never_up_to_date(take: Take, options: BuildOptions) -> None:
    assert take(options=options) == Inputs()


@pytest.mark.parametrize(
    "line",
    [
        "COPY --from=other:$URL /x /x",
        "ADD https://example.org/x /x",
        "ADD $URL /x",
    ],
)
def test_inputs_from_outside_have_no_digest(take: Take, line: str) -> None:
    assert take({"Dockerfile.build": f"{BUILD}ARG URL=http://x/y\n{line}\n"}).every == ""
    assert take({"Dockerfile.build": BUILD}).every != ""
    changed = take({"Dockerfile.runtime": f"{RUNTIME}ARG URL=http://x/y\n{line}\n"})
    assert changed == Inputs()


@pytest.mark.parametrize(
    "line", ["COPY --from=other:1 /x /x", "RUN --mount=type=bind,from=tools,target=/t true"]
)
def test_an_image_that_is_copied_from_is_distinguished_by_its_id_like_a_base(
    take: Take, line: str
) -> None:
    assert take({"Dockerfile.build": f"{BUILD}{line}\n"}).every != ""


def test_every_file_of_a_named_context_counts(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM alpine\nCOPY --from=shared a /\n")
    shared = tmp_path / "libs" / "shared"
    (shared / "below").mkdir(parents=True)
    (shared / "a").write_text("1")

    def every(value: str) -> Inputs:
        project = load(ProjectChoices(tmp_path, contexts=(("shared", value),)))
        return inputs_of(project, recipe_of(project), BuildOptions(), Facts())

    first = every("libs/shared")
    assert first.every
    assert every(str(shared)).every
    (shared / "below" / "b").write_text("2")
    second = every("libs/shared")
    assert second.every not in {"", first.every}
    (shared / "below" / "b").unlink()
    assert every("libs/shared").every == first.every
    assert every("libs/shared").stamps != first.stamps
    for value in ("https://example.com/x.git", "libs/none"):
        assert every(value).every == ""
