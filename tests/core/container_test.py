"""A container to read from: made, released and removed, whatever the engine says to that."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core.container import container_of
from bpkit.core.engine import Engine
from bpkit.errors import EngineError
from tests.standin import Standin, make_standin


@pytest.fixture
def standin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Standin:
    made = make_standin(tmp_path)
    monkeypatch.setenv("STANDIN_LOG", str(made.log))
    return made


@pytest.fixture
def engine(standin: Standin) -> Engine:
    return Engine((str(standin.directory / "docker"),))


def verbs(standin: Standin) -> list[str]:
    return [call[0] for call in standin.calls()]


def test_a_container_is_removed_when_the_block_ends(standin: Standin, engine: Engine) -> None:
    with container_of(engine, "image", "project") as container:
        assert verbs(standin) == ["create"]
        assert container.name.startswith("bpkit-read-")
    assert verbs(standin) == ["create", "rm"]


def test_a_released_container_is_removed_once(standin: Standin, engine: Engine) -> None:
    with container_of(engine, "image", "project") as container:
        container.release()
    assert verbs(standin) == ["create", "rm"]


def test_a_removal_that_fails_after_the_release_is_tried_again(
    standin: Standin, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDIN_FAIL", "2")
    with container_of(engine, "image", "project") as container:
        container.release()
    assert verbs(standin) == ["create", "rm", "rm"]


def test_what_is_done_meanwhile_is_done_before_the_block(engine: Engine) -> None:
    done: list[str] = []
    with container_of(engine, "image", "project", lambda: done.append("meanwhile")):
        done.append("block")
    assert done == ["meanwhile", "block"]


def test_a_container_that_can_not_be_made_is_an_error_and_removed_all_the_same(
    standin: Standin, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDIN_FAIL", "1")
    with (
        pytest.raises(EngineError, match="stand-in: call 1 fails"),
        container_of(engine, "image", "project"),
    ):
        pytest.fail("there is nothing to read from")
    assert verbs(standin) == ["create", "rm"]
