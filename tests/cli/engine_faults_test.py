"""An engine that is away, that goes away, or that refuses a step: 3 or 4, and nothing is left."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.ground import PAIR, Ground, assert_refused

RUNTIME = PAIR["Dockerfile.runtime"]


def test_no_engine_is_3(pair: Ground) -> None:
    for verb in ("build", "images", "clean"):
        said = pair.typed(verb, "--engine", "no-such-engine", "--json")
        assert_refused(said, 3, "'no-such-engine' is not on PATH")


@pytest.mark.parametrize("verb", ["build", "clean", "check"])
def test_a_daemon_that_is_down_is_3(call: Call, pair: Ground, verb: str) -> None:
    pair.engine("down")
    assert_refused(call(pair, verb, "--json"), 3, "the engine does not respond: Cannot connect")
    assert pair.staged() == []


def test_what_is_wrong_in_the_project_is_said_before_the_engine_is_missed(
    call: Call, pair: Ground
) -> None:
    pair.engine("down")
    assert_refused(call(pair, "build", "-t", "HELLO"), 2, "is not a valid image name")
    pair.write({"Dockerfile.runtime": RUNTIME.replace("alpine", "sratch")})
    assert_refused(call(pair, "build"), 2, "did you mean 'scratch'?")


def test_a_script_is_written_without_an_engine(call: Call, pair: Ground) -> None:
    pair.engine("down")
    said = call(pair, "script")
    assert (said.status, said.err) == (0, "")
    assert (pair.project / "setup_builder_pattern.sh").exists()


@pytest.mark.parametrize("order", ["build", "create", "cp", "tag"])
def test_a_daemon_that_vanishes_during_a_step_is_3(call: Call, pair: Ground, order: str) -> None:
    pair.engine(f"vanish.{order}")
    said = call(pair, "build", "--json")
    assert_refused(said, 3, "the engine does not respond")
    assert pair.staged() == []


@pytest.mark.parametrize("order", ["build", "create", "cp", "tag"])
def test_a_step_that_fails_is_4_in_the_engines_own_words(
    call: Call, pair: Ground, order: str
) -> None:
    pair.engine(f"fail.{order}", "the engine's own words\n")
    for known in ("golang", "alpine"):
        pair.has_image(known)
    said = call(pair, "build", "--json")
    assert_refused(said, 4, "failed with status 1\n  the command was: ")
    assert "the engine's own words\n" in said.err
    assert pair.staged() == []


def test_a_base_that_can_not_be_had_is_named_with_its_line(call: Call, pair: Ground) -> None:
    pair.engine("fail.build", "pull access denied\n")
    said = call(pair, "build")
    sentence = (
        "Dockerfile.build:1: the base image 'golang' doesn't exist on this engine and can't be "
        "pulled"
    )
    assert_refused(said, 4, sentence)


def test_an_empty_artifact_is_4(call: Call, pair: Ground) -> None:
    pair.alter(("printf made", "printf ''"))
    assert_refused(call(pair, "build"), 4, "check that the artifact hellogo is not empty: failed")
    assert pair.orders() == ["build", "create", "cp", "rm"]


def test_a_full_disk_is_4_and_nothing_is_left(pair: Ground) -> None:
    """The host files do not fit where artifacts are staged."""
    pair.write({"hellogo.go": b"\0" * 300_000})
    size = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(pair.staging)]
    if subprocess.run(size, capture_output=True, check=False).returncode != 0:
        pytest.skip("no right to mount a small disk here")
    try:
        said = pair.bpkit("build")
        assert pair.staged() == []
    finally:
        subprocess.run(["umount", str(pair.staging)], check=True)
    assert_refused(said, 4, "No space left on device")
    assert "copy host files to the build context: failed" in said.err


def test_a_staging_place_that_is_not_there_is_4(call: Call, pair: Ground) -> None:
    pair.staging.rmdir()
    said = call(pair, "build")
    assert_refused(said, 4, "No such file or directory")
    assert "create a staging directory" in said.err


def test_a_context_that_does_not_exist_is_reported_before_the_first_step(
    pair: Ground, tmp_path: Path
) -> None:
    meta = tmp_path / "config" / "contexts" / "meta" / sha256(b"remote").hexdigest()
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text('{"Name": "remote"}')
    config = {"DOCKER_CONFIG": str(tmp_path / "config")}
    said = pair.typed("build", "--context", "remot", **config)
    assert_refused(said, 2, "Docker context 'remot' not found\n  pass one of default, remote")
    assert "[1/" not in said.err
    assert pair.typed("build", "--no-check", "--context", "remote", **config).status == 0
    assert pair.typed("images", "--context", "default", **config).status == 0
