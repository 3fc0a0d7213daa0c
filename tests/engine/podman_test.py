"""``DOCKER=podman``: the same build and the same script on an engine without a daemon."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpkit.errors import NoEngineError
from scripts.bpkit_dev.client import Client
from tests.engine.pair_project import NOTHING, PairProject, make_pair
from tests.engine.session import EngineSession
from tests.engine.workspace_test import BUILT, CURRENT, Shop, make_shop

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("podman")]


@pytest.fixture(scope="module")
def podman() -> Iterator[EngineSession]:
    try:
        client = Client.of_flavour("podman")
    except NoEngineError:
        pytest.skip("podman is not up: scripts/engine up podman")
    if not client.has_image("busybox"):
        pytest.skip("podman has no busybox: scripts/bases ensure busybox --flavour podman")
    session = EngineSession("podman", client, f"io.bpkit.test={uuid.uuid4().hex}")
    yield session
    session.sweep()


@pytest.fixture
def pair(podman: EngineSession, tmp_path: Path) -> Iterator[PairProject]:
    project = make_pair(podman, tmp_path)
    yield project
    project.sweep()


@pytest.mark.parametrize("way", ["python", "script"])
def test_both_ways_build_and_leave_nothing(pair: PairProject, way: str) -> None:
    done = pair.by(way)
    assert done.returncode == 0, done.stderr
    assert pair.says() == "hello"
    assert pair.left() == NOTHING


def test_up_to_date_images_and_clean(pair: PairProject) -> None:
    assert pair.build().returncode == 0
    again = pair.build("--json")
    assert json.loads(again.stdout)["up_to_date"] is True
    images = json.loads(pair.bpkit("images", "--name", pair.name, "--json").stdout)["images"]
    assert {image["role"] for image in images} == {"build", "runtime"}
    done = pair.bpkit("clean", "--name", pair.name, "-t", pair.name, "--yes")
    assert done.returncode == 0, done.stderr
    assert pair.images() == []


def test_a_step_that_fails_is_4_and_leaves_nothing(pair: PairProject) -> None:
    (pair.directory / "greeting").write_text("#!/bin/sh\nif then\n")
    for way in ("python", "script"):
        done = pair.by(way)
        assert done.returncode == 4
        assert pair.left() == NOTHING
    assert not pair.has(pair.name)


@pytest.fixture
def shop(podman: EngineSession, tmp_path: Path) -> Iterator[Shop]:
    made = make_shop(podman, tmp_path / "shop")
    yield made
    made.sweep()


def test_of_a_workspace_only_what_changed_and_what_stands_on_it_is_built(shop: Shop) -> None:
    assert shop.states() == BUILT
    assert shop.states() == CURRENT
    shop.write("base/etc/conf", "2\n")
    assert shop.states() == {**BUILT, "alone": "current"}
    assert shop.contents("web", "/etc/shop/conf") == "2"
    shop.engine.docker("rmi", "--force", shop.tag("alone"))
    assert shop.build()["alone"]["why"] == f"the image {shop.tag('alone')} no longer exists"


def test_a_broken_member_of_a_workspace_fails_alone(shop: Shop) -> None:
    text = (shop.directory / "api/Dockerfile").read_text()
    shop.write("api/Dockerfile", f"{text}RUN echo the-reason-$((1+1)) && exit 7\n")
    done = shop.bpkit("build", "--all", "--keep-going", "--json")
    states = {i["name"]: i["state"] for i in json.loads(done.stdout)["images"]}
    assert done.returncode == 4
    assert states == {**BUILT, "api": "failed", "job": "not built"}
    assert "the-reason-2" in done.stderr
