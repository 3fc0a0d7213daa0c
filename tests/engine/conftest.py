"""The fixture ``engine``: each test that asks for it runs on every engine under test.

$BPKIT_TEST_ENGINES names them, with commas between: flavours of ``scripts/engine``, or
``existing`` for whatever the environment reaches. An engine that is not up fails its tests; only an
empty $BPKIT_TEST_ENGINES skips them.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from bpkit.errors import BpkitError
from scripts.bpkit_dev.client import Client
from tests.engine.session import EngineSession

_NAMES = os.environ.get("BPKIT_TEST_ENGINES", "classic,modern").replace(",", " ").split()
_UNDER_TEST = [pytest.param(name) for name in _NAMES] or [
    pytest.param("none", marks=pytest.mark.skip(reason="BPKIT_TEST_ENGINES is empty"))
]


@pytest.fixture(scope="session", params=_UNDER_TEST)
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the fixture, so that ``-m 'not engine'`` leaves it out, and group it.

    With ``--dist loadgroup`` a file's tests on one engine follow each other in one process: they
    share what the file builds, and may look at what a build has left behind.
    """
    for item in items:
        if "engine" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.engine)
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{_engine_of(item)}"))


def _engine_of(item: pytest.Item) -> str:
    call = getattr(item, "callspec", None)
    return str(call.params.get("engine")) if call else ""
