"""Workspaces as teams write them, on a real engine: composed files, many images, builders."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.pair_project import run
from tests.engine.session import ONE_ENGINE, EngineSession
from tests.places import ROOT


@dataclass(frozen=True)
class Fleet:
    """A directory for a workspace whose images have a prefix of their own."""

    directory: Path
    prefix: str
    engine: EngineSession

    @property
    def env(self) -> dict[str, str]:
        cache = str(self.directory.parent / "cache")
        return {**self.engine.env, "XDG_CACHE_HOME": cache, "PYTHONPATH": str(ROOT)}

    def write(self, **files: str) -> None:
        """Files by their names, with ``__`` for a slash; ``@`` in a text is the prefix."""
        for name, text in files.items():
            path = self.directory / name.replace("__", "/").replace("_yaml", ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("@", self.prefix))

    def bpkit(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run([sys.executable, "-m", "bpkit", *words], self.directory, self.env)

    def built(self, *words: str, status: int = 0) -> dict[str, dict[str, Any]]:
        done = self.bpkit("build", "--json", "--quiet", *words)
        assert done.returncode == status, done.stderr
        return {image["name"]: image for image in json.loads(done.stdout)["images"]}

    def cat(self, name: str, *paths: str) -> str:
        return self.engine.docker("run", "--rm", f"{self.prefix}-{name}", "cat", *paths)

    def names(self) -> list[str]:
        form, reference = "{{.Repository}}:{{.Tag}}", f"reference={self.prefix}-*"
        return self.engine.docker("images", "--format", form, "--filter", reference).split()

    def sweep(self) -> None:
        if names := self.names():
            self.engine.docker("rmi", "--force", *names)


@pytest.fixture
def fleet(engine: EngineSession, tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(tmp_path / "fleet", f"bpkitfleet{uuid.uuid4().hex[:8]}", engine)
    made.directory.mkdir()
    yield made
    made.sweep()


def test_what_overrides_includes_and_extends_say_is_in_the_images(fleet: Fleet) -> None:
    fleet.write(
        compose_yaml=(
            "include: [team/compose.yaml]\n"
            "services:\n"
            "  api: {image: @-api, build: {context: api, args: {A: one, B: one}}}\n"
            "  job: {image: @-job, extends: api, build: {target: job}}\n"
            "  again: {extends: job}\n"
        ),
        team__compose_yaml=(
            "services: {web: {image: '@-web:${TAG:-latest}', build: {context: .,"
            ' dockerfile_inline: "FROM @-api\\nCOPY page /page\\n"}}}\n'
        ),
        team__page="page\n",
        api__Dockerfile=(
            "FROM busybox AS job\nARG A\nARG B\nRUN echo job $A $B >/said\n"
            "FROM busybox\nARG A\nARG B\nRUN echo api $A $B >/said\n"
        ),
    )
    (fleet.directory / "compose.override.yaml").write_text(
        "services: {api: {build: {args: {B: two}}}}\n"
    )
    found = fleet.built("--all")
    assert {name: one["state"] for name, one in found.items()} == {
        "web": "built", "api": "built", "job": "built", "again": "current",
    }  # fmt: skip
    assert fleet.cat("web", "/said", "/page") == "api one two\npage"
    assert fleet.cat("job", "/said") == "job one one"
    assert {one["state"] for one in fleet.built("--all").values()} == {"current"}


def test_members_are_held_against_their_budgets_and_started_on_request(fleet: Fleet) -> None:
    fleet.write(
        compose_yaml="services: {a: {image: @-a, build: a}, b: {image: @-b, build: b}}\n",
        a__Dockerfile='FROM busybox\nCMD ["echo", "hello"]\n',
        b__Dockerfile='FROM busybox\nCMD ["/no-such-program"]\n',
    )
    (fleet.directory / "a" / "bpkit.toml").write_text('budget = "1 kB"\n')
    found = fleet.built("--all", status=1)
    assert found["a"]["wrong"][0].startswith("over budget:")
    assert found["b"]["wrong"] == []
    found = fleet.built("--all", "--try", status=1)
    assert (found["b"]["state"], len(found["b"]["wrong"])) == ("current", 1)


@ONE_ENGINE
def test_one_broken_image_among_fifty_keeps_no_other_from_being_built(fleet: Fleet) -> None:
    fleet.write(
        compose_yaml="services:\n"
        + "".join(f"  s{n}: {{image: @-s{n}, build: s{n}}}\n" for n in range(51)),
        **{f"s{n}__Dockerfile": f"FROM busybox\nLABEL n={n}\n" for n in range(51)},
    )
    fleet.write(s17__Dockerfile="FROM busybox\nRUN echo the-reason-$((40+2)); exit 3\n")
    done = fleet.bpkit("build", "--all", "--keep-going", "--json", "--quiet")
    states = {one["name"]: one["state"] for one in json.loads(done.stdout)["images"]}
    assert {name for name, state in states.items() if state != "built"} == {"s17"}
    assert (done.returncode, "the-reason-42" in done.stderr) == (4, True)
    assert len(fleet.names()) == 50


@pytest.mark.slow
@ONE_ENGINE
def test_five_hundred_images_are_built_and_known_again(fleet: Fleet) -> None:
    fleet.write(
        compose_yaml="services:\n"
        + "".join(f"  s{n}: {{image: @-s{n}, build: s{n}}}\n" for n in range(500)),
        **{f"s{n}__Dockerfile": f"FROM busybox\nLABEL n={n}\n" for n in range(500)},
    )
    argv = [sys.executable, "-m", "bpkit", "build", "--all", "--json", "--quiet"]
    done = subprocess.run(
        argv, cwd=fleet.directory, env=fleet.env, capture_output=True, text=True, check=True
    )
    assert {one["state"] for one in json.loads(done.stdout)["images"]} == {"built"}
    assert len(fleet.names()) == 500
    fleet.write(s250__Dockerfile="FROM busybox\nLABEL n=other\n")
    found = fleet.built("--all")
    assert [name for name, one in found.items() if one["state"] == "built"] == ["s250"]


def test_a_builder_of_buildx_builds_the_same_in_the_right_order(fleet: Fleet) -> None:
    if fleet.engine.flavour in {"classic", "podman"}:
        pytest.skip("this engine has no buildx")
    fleet.write(
        compose_yaml=(
            "services:\n  web: {image: @-web, build: {context: web, secrets: [token]}}\n"
            "  base: {image: '@-base:latest', build: base}\nsecrets: {token: {file: ./token}}\n"
        ),
        token="secret-words\n",
        base__Dockerfile="FROM busybox\nARG V=1\nRUN echo base $V >/said\n",
        web__Dockerfile=(
            "FROM @-base\nRUN --mount=type=secret,id=token wc -w </run/secrets/token >/words\n"
        ),
    )
    done = fleet.bpkit("build", "--builder", "default", "--build-arg", "V=7", "web")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "web  built by default\nbase  built by default\n"
    assert fleet.cat("web", "/said", "/words") == "base 7\n1"
    if fleet.engine.flavour == "modern":
        platforms = ("--platform", "linux/amd64,linux/arm64")
        refused = fleet.bpkit("build", "--builder", "default", *platforms, "base")
        assert refused.returncode == 4
        assert "ulti-platform build is not supported for the docker driver" in refused.stderr
    failed = fleet.bpkit("build", "--builder", "no-such-builder", "--all")
    assert failed.returncode == 4
    assert "on the builder 'no-such-builder'" in failed.stderr


def test_images_of_one_stage_with_other_arguments_are_each_known_again(fleet: Fleet) -> None:
    fleet.write(
        compose_yaml=(
            "services:\n"
            "  a: {image: 'docker.io/library/@-a:latest', build: {context: ., args: [BASE, N=1]}}\n"
            "  b: {image: @-b, build: {context: ., args: {BASE: '@-a', N: '2'}}}\n"
        ),
        Dockerfile="ARG BASE\nFROM ${BASE}\nARG N\nRUN echo $N >>/said\n",
    )
    (fleet.directory / ".env").write_text("BASE=busybox\n")
    assert {one["state"] for one in fleet.built("--all").values()} == {"built"}
    assert fleet.cat("b", "/said") == "1\n2"
    assert {one["state"] for one in fleet.built("--all").values()} == {"current"}


def test_an_image_of_the_same_dockerfile_may_need_one_that_is_declared_after_it(
    fleet: Fleet,
) -> None:
    fleet.write(
        compose_yaml=(
            "services:\n  top: {image: @-top, build: {context: ., target: top}}\n"
            "  low: {image: @-low, build: {context: ., target: low}}\n"
        ),
        Dockerfile="FROM busybox AS low\nRUN echo low >/low\nFROM @-low AS top\nRUN cp /low /top\n",
    )
    assert {one["state"] for one in fleet.built("--all").values()} == {"built"}
    assert fleet.cat("top", "/top") == "low"
