"""What BuildKit takes for unchanged by its size and time reaches it all the same, in every verb.

BuildKit compares with a copy that it keeps by the name of the context's directory. So each test
has plain ``docker build`` fill that copy first, or another run of bpkit.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.pair_project import PairProject
from tests.engine.session import EngineSession

LONG_AGO = 1_577_836_800
WHOLE = "FROM busybox\nCOPY . /shop\nRUN grep -q open /shop/sign\nCMD cat /shop/sign\n"


def put_sign(directory: Path, text: str) -> None:
    """Write the sign with a time that no edit shows by."""
    (directory / "sign").write_text(text)
    os.utime(directory / "sign", (LONG_AGO, LONG_AGO))


@pytest.fixture
def shop(engine: EngineSession, tmp_path: Path) -> Iterator[PairProject]:
    name = f"bpkit-unseen-{uuid.uuid4().hex[:8]}"
    project = PairProject(tmp_path / name, name, engine)
    for directory in (project.directory, tmp_path / "staging", tmp_path / "cache"):
        directory.mkdir()
    (project.directory / "Dockerfile").write_text(WHOLE)
    put_sign(project.directory, "open")
    engine.docker("build", "-q", "-t", name, "--label", engine.label, str(project.directory))
    yield project
    project.sweep()


@pytest.mark.parametrize(
    "words",
    [
        ("build", "--no-check"),
        ("compare",),
        ("convert", "--to", "builder", "--verify", "--output", "pair"),
        ("shrink", "--output", "Dockerfile.small", "--force"),
    ],
    ids=lambda words: words[0],
)
def test_a_verb_that_builds_is_not_shown_the_old_file(
    shop: PairProject, words: tuple[str, ...]
) -> None:
    put_sign(shop.directory, "shut")
    done = shop.bpkit(*words)
    assert done.returncode == 4, done.stdout + done.stderr
    put_sign(shop.directory, "open")
    done = shop.bpkit(*words)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_script_that_sends_the_whole_context_is_not_shown_the_old_file(
    shop: PairProject,
) -> None:
    assert shop.script().returncode == 0
    put_sign(shop.directory, "shut")
    assert shop.script().returncode == 4
    put_sign(shop.directory, "Open")
    assert shop.script().returncode == 4
    put_sign(shop.directory, "open")
    assert shop.script().returncode == 0


@pytest.mark.parametrize("way", ["build", "script"])
def test_an_artifact_with_the_size_and_time_of_the_last_one_is_not_taken_for_it(
    pair: PairProject, way: str
) -> None:
    dockerfile = pair.directory / "Dockerfile.build"
    at = "touch -d '2020-01-01 00:00:00' greet"
    dockerfile.write_text(f"{dockerfile.read_text().rstrip()} && {at}\n")
    for word in ("bread", "cakes", "rolls"):
        pair.greet(word)
        assert getattr(pair, way)().returncode == 0
        assert pair.says() == word


def test_a_named_context_is_not_taken_for_the_last_one(shop: PairProject) -> None:
    if shop.engine.flavour == "classic":
        pytest.skip("the classic builder has no named contexts")
    (shop.directory / "Dockerfile").write_text(
        "FROM busybox\nCOPY --from=signs sign /sign\nCMD cat /sign\n"
    )
    signs = shop.directory.parent / "signs"
    signs.mkdir()
    for text in ("open", "shut", "gone"):
        put_sign(signs, text)
        assert shop.build("--build-context", "signs=../signs").returncode == 0
        assert shop.engine.docker("run", "--rm", shop.name) == text
