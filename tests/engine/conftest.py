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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the fixture, so that ``-m 'not engine'`` leaves it out."""
    for item in items:
        if "engine" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.engine)
