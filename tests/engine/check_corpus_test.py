"""No false alarm: images of many kinds that run well, none of which may be found at fault.

All are targets of one Dockerfile. Those of one base image differ by their last instructions, so
that building them costs little; each is run, must succeed, and is then checked.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit.core.engine import Engine
from bpkit.findings import Checked
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.stage import find_stage, stages
from bpkit.image.subject import places_of
from bpkit.verbs.check.run import check
from tests.engine.session import EngineSession

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """What became of one image: how its run ended, and what the check found."""

    target: str
    image: str
    status: int
    output: str
    checked: Checked


def texts() -> str:
    return (HERE / "corpus" / "Dockerfile").read_text(encoding="utf-8")


def targets() -> list[str]:
    """The stages that are images of the corpus: their names begin with ``run-``."""
    return [s.name for s in stages(parse(texts())) if s.name and s.name.startswith("run-")]


@pytest.fixture(scope="module")
def outcomes(engine: EngineSession) -> Iterator[list[Outcome]]:
    """Every image built, run and checked; two at a time, as a small machine can."""
    patch = pytest.MonkeyPatch()
    for name, value in engine.env.items():
        patch.setenv(name, value)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda target: _image(engine, target), targets()))
        runs = list(pool.map(lambda image: _run(engine, image), made))
    # Signals belong to the main thread, and so does the check.
    found = [_check(target, image) for target, image in zip(targets(), made, strict=True)]
    yield [
        Outcome(target, image, status, output, checked)
        for target, image, (status, output), checked in zip(
            targets(), made, runs, found, strict=True
        )
    ]
    patch.undo()


def _image(engine: EngineSession, target: str) -> str:
    arguments = ("--quiet", "--label", engine.label, "--target", target, str(HERE / "corpus"))
    return engine.docker("build", *arguments).splitlines()[-1]


def _run(engine: EngineSession, image: str) -> tuple[int, str]:
    command = ["docker", "run", "--rm", "--init=false", "--label", engine.label, image]
    done = subprocess.run(command, env=engine.env, capture_output=True, timeout=120, check=False)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def _check(target: str, image: str) -> Checked:
    stage = find_stage(stages(parse(texts())), target)
    assert stage is not None
    return check(Engine(), image, places_of(stage))


def test_the_corpus_is_large_and_of_distinct_images(outcomes: list[Outcome]) -> None:
    assert len({outcome.image for outcome in outcomes}) == len(outcomes) >= 40


def test_every_image_of_the_corpus_runs(outcomes: list[Outcome]) -> None:
    assert [(o.target, o.status, o.output[-300:]) for o in outcomes if o.status != 0] == []


def test_no_error_is_found_in_an_image_that_runs(outcomes: list[Outcome]) -> None:
    alarms = {
        o.target: [f"{f.rule.id} {f.message}" for f in o.checked.findings if f.severity == "error"]
        for o in outcomes
    }
    assert {target: found for target, found in alarms.items() if found} == {}


def test_warnings_are_few_where_all_is_well(outcomes: list[Outcome]) -> None:
    warned = {
        o.target: [f"{f.rule.id} {f.message}" for f in o.checked.findings]
        for o in outcomes
        if any(f.severity == "warning" for f in o.checked.findings)
    }
    assert len(warned) <= len(outcomes) // 10, json.dumps(warned, indent=2)
