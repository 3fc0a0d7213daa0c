"""``bpkit.verbs.build.run``: what is asked, what is decided, and what a failure is put down to."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

import bpkit
from bpkit.core.engine import Engine
from bpkit.core.options import BuildOptions
from bpkit.core.runner import StepError
from bpkit.errors import EngineError, NoEngineError
from bpkit.project.loading import ProjectChoices
from bpkit.report.console import Console
from bpkit.verbs.build.run import build, prepare
from tests.cli.ground import PAIR, STAGES, Ground, engine_of, make_ground


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    ground = make_ground(tmp_path, PAIR)
    monkeypatch.setenv("TMPDIR", str(ground.staging))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DOCKER_BUILDKIT", raising=False)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return ground


def carry_out(ground: Ground) -> bool:
    """Build, and say whether all was up to date."""
    engine = engine_of(ground)
    prepared = prepare(ProjectChoices(ground.project), BuildOptions(), engine)
    return build(prepared, engine, Console(quiet=True)).result.up_to_date


def orders_of_the_first(ground: Ground) -> list[str]:
    """The orders of a first build, to which a second one, with nothing new, has added none."""
    assert carry_out(ground) is False
    first = ground.orders()
    assert carry_out(ground) is True
    assert ground.orders() == first
    return first


def test_threads_build_at_the_same_time_and_clean_up_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    grounds = [make_ground(tmp_path / name, PAIR) for name in ("good", "bad")]
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    grounds[1].engine("fail.cp", "no such file\n")

    def built(ground: Ground) -> str:
        project = bpkit.load(ground.project, tag=ground.directory.name)
        try:
            return bpkit.build(project, engine=engine_of(ground)).final.tag
        except EngineError as error:
            return error.message

    with ThreadPoolExecutor(2) as threads:
        good, bad = threads.map(built, grounds)
    assert good == "good"
    assert "copy the artifact /myapp/hellogo" in bad
    assert [order.split()[0] for order in grounds[1].orders()][-1] == "rm"
    assert list(tmp_path.glob("bpkit.*")) == []


def test_the_bases_decide_where_an_artifact_is(pair: Ground) -> None:
    pair.write({"Dockerfile.build": "FROM golang\nCOPY hellogo.go .\nRUN go build -o hellogo .\n"})
    pair.has_image("golang", Config={"WorkingDir": "/go"})
    prepared = prepare(ProjectChoices(pair.project), BuildOptions(), engine_of(pair))
    (artifact,) = prepared.recipe.artifacts
    assert artifact.source == "/go/hellogo"


def test_a_classic_build_that_fails_for_a_base_names_its_line(pair: Ground) -> None:
    pair.engine("fail.build", "pull access denied\n")
    with pytest.raises(EngineError) as caught:
        carry_out(pair)
    missing = "Dockerfile.build:1: the base image 'golang' doesn't exist on this engine"
    assert str(caught.value).startswith(missing)


def test_a_base_of_the_other_dockerfile_is_not_blamed(pair: Ground) -> None:
    """The build image's own base is here; alpine has not been asked for yet."""
    pair.has_image("golang")
    pair.engine("fail.build", "hellogo.go:1: syntax error\n")
    with pytest.raises(StepError, match="build the build image: failed"):
        carry_out(pair)


def test_buildkit_keeps_its_bases_to_itself_and_they_are_not_blamed(
    pair: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_BUILDKIT", "1")
    pair.engine("fail.build", "hellogo.go:1: syntax error\n")
    with pytest.raises(StepError, match="build the build image: failed"):
        carry_out(pair)


@pytest.mark.parametrize("order", ["create", "cp", "tag"])
def test_a_step_that_builds_nothing_does_not_fail_for_a_base(pair: Ground, order: str) -> None:
    pair.engine(f"fail.{order}", "no\n")
    with pytest.raises(StepError, match="failed with status 1"):
        carry_out(pair)


def test_a_daemon_that_vanishes_with_the_last_step_is_not_a_success(pair: Ground) -> None:
    pair.engine("vanish.rm")
    with pytest.raises(NoEngineError):
        carry_out(pair)


def test_whatever_changes_beside_the_build_image_is_seen(pair: Ground) -> None:
    runtime = PAIR["Dockerfile.runtime"].replace("COPY hellogo .", "COPY hellogo conf ./")
    pair.write({"Dockerfile.runtime": runtime, "conf": "one"})
    pair.has_images("golang", "alpine")
    assert carry_out(pair) is False
    assert carry_out(pair) is True
    pair.write({"conf": "two"})
    assert carry_out(pair) is False
    assert carry_out(pair) is True
    pair.has_image("alpine", Id=f"sha256:{'2' * 64}")
    assert carry_out(pair) is False
    assert carry_out(pair) is True
    (pair.project / "conf").chmod(0o600)
    assert carry_out(pair) is False
    (pair.standin.directory / "image.hellogo").unlink()
    assert carry_out(pair) is False


def test_another_build_image_is_not_up_to_date(pair: Ground) -> None:
    """The source has changed, so the build image comes out as another."""
    assert carry_out(pair) is False
    pair.alter(("sha256:%064d' 7", "sha256:%064d' 8"))
    assert carry_out(pair) is False


def test_an_unchanged_project_builds_nothing(tmp_path: Path, pair: Ground) -> None:
    for ground, source in (
        (pair, "hellogo.go"),
        (make_ground(tmp_path / "stages", STAGES), "welcome.go"),
    ):
        ground.has_images("golang", "alpine")
        first = orders_of_the_first(ground)
        ground.write({source: "package other"})
        carry_out(ground)
        assert ground.orders()[len(first)] == "build"


def test_a_base_with_triggers_may_take_any_file(pair: Ground) -> None:
    pair.has_images("golang", "alpine")
    pair.has_image("golang", Config={"OnBuild": ["COPY . /src"]})
    assert carry_out(pair) is False
    first = pair.orders()
    assert carry_out(pair) is True
    assert pair.orders() == [*first, "build"]


def test_the_whole_context_is_read_as_long_as_it_is_small(
    pair: Ground, mocker: MockerFixture
) -> None:
    pair.write({"Dockerfile.build": PAIR["Dockerfile.build"].replace("hellogo.go", ".")})
    pair.has_images("golang", "alpine")
    first = orders_of_the_first(pair)
    pair.write({"any": ""})
    assert carry_out(pair) is True
    assert pair.orders() == [*first, "build"]
    mocker.patch("bpkit.project.host_files.MOST_READ_FILES", 1)
    assert carry_out(pair) is True
    assert pair.orders() == [*first, "build", "build"]


def test_a_killed_runs_leftovers_are_removed_by_an_unchanged_build(pair: Ground) -> None:
    pair.has_images("golang", "alpine")
    carry_out(pair)
    host = os.uname().nodename
    left = pair.staging / f"bpkit.hellogo.{host}.{2**22 + 1}.dead"
    left.mkdir()
    assert carry_out(pair) is True
    assert not left.exists()


def test_images_of_a_run_are_recorded_for_the_next_and_for_clean(pair: Ground) -> None:
    carry_out(pair)
    (entry,) = (pair.directory / "cache" / "bpkit" / "made").iterdir()
    assert json.loads(entry.read_text())["tags"] == ["hellogo-build", "hellogo"]


@pytest.mark.parametrize(
    "line", ["COPY --from=other:1 /x /x", "ADD https://example.org/x /x", "ADD $URL /x"]
)
def test_an_image_with_inputs_from_outside_is_never_up_to_date(pair: Ground, line: str) -> None:
    pair.write({"Dockerfile.runtime": PAIR["Dockerfile.runtime"] + f"ARG URL=http://x/y\n{line}\n"})
    pair.has_image("alpine")
    assert carry_out(pair) is False
    assert carry_out(pair) is False


def test_a_base_missing_from_the_engine_is_never_up_to_date(pair: Ground) -> None:
    assert carry_out(pair) is False
    assert carry_out(pair) is False


def test_the_client_is_asked_once_which_builder_it_uses(
    pair: Ground, mocker: MockerFixture
) -> None:
    asked = mocker.spy(Engine, "versions")
    for _ in range(2):
        prepare(ProjectChoices(pair.project), BuildOptions(), engine_of(pair))
    assert asked.call_count == 1
    (pair.standin.directory / "docker").touch()
    prepare(ProjectChoices(pair.project), BuildOptions(), engine_of(pair))
    assert asked.call_count == 2
