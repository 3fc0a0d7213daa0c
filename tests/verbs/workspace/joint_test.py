"""Several images by one call of buildx: what it is told, and what its output says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bpkit.core import BuildOptions, Engine, WriteFile
from bpkit.project import ProjectChoices
from bpkit.verbs.build import Prepared, Shortcut, prepare
from bpkit.verbs.workspace.joint import JointBuild, can_join, failed_in, seconds_of

OUTPUT = """\
#0 building with "default" instance using docker driver

#1 [t0 internal] load build definition from Dockerfile
#1 transferring dockerfile: 130B done
#1 DONE 0.1s

#4 [t1 build 2/3] COPY data /src
#5 [t0 2/2] RUN make
#5 1.2 #4 DONE 9.9s is what the command wrote
#4 DONE 0.5s
#5 DONE 1.25s

#6 [t1] exporting to image
#6 DONE 0.2s
"""


@pytest.fixture(autouse=True)
def buildkit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_BUILDKIT", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def prepared(directory: Path, text: str, options: BuildOptions | None = None) -> Prepared:
    directory.mkdir(exist_ok=True)
    (directory / "Dockerfile").write_text(text)
    (directory / "data").write_text("x")
    choices = ProjectChoices(directory=directory, tag="team/app:1", labels=(("a", "${b}"),))
    return prepare(choices, options or BuildOptions(), Engine(), need_engine=False)


def target(one: Prepared) -> dict[str, Any]:
    shortcut = Shortcut(one.project, one.recipe, one.options, one.facts, Engine())
    plan = JointBuild([(one, shortcut)]).plan("shop", "default", BuildOptions())
    text = next(step.text for step in plan.steps if isinstance(step, WriteFile))
    found: dict[str, Any] = json.loads(text)["target"]["t0"]
    return found


def test_a_target_has_everything_that_docker_build_gets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SET", "here")
    monkeypatch.delenv("UNSET", raising=False)
    args = (("A", "1"), ("SET", None), ("UNSET", None))
    one = prepared(
        tmp_path / "app",
        "FROM busybox\nCOPY data /\n",
        BuildOptions(build_args=args, platform="linux/arm64"),
    )
    assert target(one) == {
        "context": str(tmp_path / "app"),
        "dockerfile": str(tmp_path / "app" / "Dockerfile"),
        "tags": ["team/app:1"],
        "args": {"A": "1", "SET": "here"},
        "labels": {"a": "$${b}", "io.bpkit.image": "app/runtime"},
        "platforms": ["linux/arm64"],
    }


def test_only_a_single_image_without_secrets_is_built_with_others(tmp_path: Path) -> None:
    one = prepared(tmp_path / "app", "FROM busybox\nCOPY data /\n")
    assert can_join(one)
    for options in (BuildOptions(secrets=("id=x",)), BuildOptions(ssh=("default",))):
        assert not can_join(replace(one, options=options))
    pair = tmp_path / "pair"
    pair.mkdir()
    (pair / "Dockerfile.build").write_text("FROM busybox\nRUN echo 1 >/out\n")
    (pair / "Dockerfile.runtime").write_text("FROM busybox\nCOPY out /out\n")
    both = prepare(ProjectChoices(directory=pair), BuildOptions(), Engine(), need_engine=False)
    assert not can_join(both)


def test_seconds_are_those_of_each_images_own_steps() -> None:
    assert seconds_of(OUTPUT) == {0: pytest.approx(1.35), 1: pytest.approx(0.7)}


def test_the_failed_image_is_the_one_that_buildx_names() -> None:
    failed = OUTPUT + "ERROR: target t12: failed to solve: process did not complete\n"
    assert (failed_in(failed), failed_in(OUTPUT)) == (12, None)
