"""The fixture ``engine``: each test that asks for it runs on every engine under test.

$BPKIT_TEST_ENGINES names them, with commas between: flavours of ``scripts/engine``, or
``existing`` for whatever the environment reaches. An engine that is not up fails its tests; only an
empty $BPKIT_TEST_ENGINES skips them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpkit.errors import BpkitError
from scripts.bpkit_dev.client import Client
from tests.engine.pair_project import PairProject, make_pair
from tests.engine.session import UNDER_TEST, EngineSession
from tests.engine.shrinker import Shrinker


@pytest.fixture(scope="session", params=UNDER_TEST)
def engine(request: pytest.FixtureRequest) -> Iterator[EngineSession]:
    """An engine that is up; what the session labelled is removed at its end."""
    name: str = request.param
    try:
        client = Client.of_environment() if name == "existing" else Client.of_flavour(name)
    except BpkitError as error:
        pytest.fail(f"{error}\n  run `make engines`", pytrace=False)
    session = EngineSession(name, client, f"io.bpkit.test={uuid.uuid4().hex}")
    yield session
    session.sweep()


@pytest.fixture
def pair(engine: EngineSession, tmp_path: Path) -> Iterator[PairProject]:
    """A pair of Dockerfiles with a name of its own; what is made of it is removed at the end."""
    project = make_pair(engine, tmp_path)
    yield project
    project.sweep()


@pytest.fixture
def shrinker(engine: EngineSession, tmp_path: Path) -> Iterator[Shrinker]:
    """A project for ``bpkit shrink``; what is made of it is removed at the end."""
    found = Shrinker(engine, tmp_path)
    yield found
    found.sweep()


@pytest.fixture
def remote_project(tmp_path: Path) -> Path:
    """A project to build on an engine that is reached over the network."""
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "data").write_text("from far away\n")
    (directory / "Dockerfile").write_text('FROM busybox\nCOPY data /data\nCMD ["cat", "/data"]\n')
    return directory


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the fixture, so that ``-m 'not engine'`` leaves it out, and group it.

    With ``--dist loadgroup`` the tests on one engine follow each other in one process, beside those
    on another engine: the classic builder fails if images that it is taking for cache are removed.
    """
    for item in items:
        if "engine" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.engine)
            item.add_marker(pytest.mark.xdist_group(f"engine-{_engine_of(item)}"))


def _engine_of(item: pytest.Item) -> str:
    call = getattr(item, "callspec", None)
    return str(call.params.get("engine")) if call else ""
