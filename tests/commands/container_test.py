"""A container to read from: made, released and removed, whatever the engine says to that."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.commands.container import container_of
from bpkit.engine import Engine
from bpkit.errors import EngineError

#: An engine that keeps what it is told, and fails as often as ``FAIL-<verb>`` has lines.
ENGINE = """#!/bin/sh
cd "$(dirname "$0")" || exit 9
echo "$*" >>calls
[ -s "FAIL-$1" ] || exit 0
sed -i 1d "FAIL-$1"
echo "it would not $1" >&2
exit 1
"""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    program = tmp_path / "docker"
    program.write_text(ENGINE)
    program.chmod(0o755)
    return Engine((str(program),))


def fail(engine: Engine, verb: str, times: int) -> None:
    Path(engine.words[0]).with_name(f"FAIL-{verb}").write_text("again\n" * times)


def verbs(engine: Engine) -> list[str]:
    calls = Path(engine.words[0]).with_name("calls").read_text().splitlines()
    return [call.split()[0] for call in calls]


def test_a_container_is_removed_when_the_block_ends(engine: Engine) -> None:
    with container_of(engine, "image", "project") as container:
        assert verbs(engine) == ["create"]
        assert container.name.startswith("bpkit-read-")
    assert verbs(engine) == ["create", "rm"]


def test_a_released_container_is_removed_once(engine: Engine) -> None:
    with container_of(engine, "image", "project") as container:
        container.release()
    assert verbs(engine) == ["create", "rm"]


def test_a_removal_that_fails_after_the_release_is_tried_again(engine: Engine) -> None:
    fail(engine, "rm", 1)
    with container_of(engine, "image", "project") as container:
        container.release()
    assert verbs(engine) == ["create", "rm", "rm"]


def test_what_is_done_meanwhile_is_done_before_the_block(engine: Engine) -> None:
    done: list[str] = []
    with container_of(engine, "image", "project", lambda: done.append("meanwhile")):
        done.append("block")
    assert done == ["meanwhile", "block"]


def test_a_container_that_can_not_be_made_is_an_error_and_removed_all_the_same(
    engine: Engine,
) -> None:
    fail(engine, "create", 1)
    with (
        pytest.raises(EngineError, match="it would not"),
        container_of(engine, "image", "project"),
    ):
        pytest.fail("there is nothing to read from")
    assert verbs(engine) == ["create", "rm"]
