"""What the engine's answers mean, and which errors its failures become."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpkit.core.buildx import has_buildx
from bpkit.core.engine import (
    Engine,
    Versions,
    failure,
    is_unreachable,
    read_images,
    read_versions,
    uses_buildkit,
)
from bpkit.core.process import Completed
from bpkit.errors import EngineError, NoEngineError

ID = "sha256:" + "ab12" * 16
INFO = {
    "Id": ID,
    "RepoTags": ["hellogo:latest", "registry:5000/own/hellogo:v1"],
    "Size": 1234,
    "Created": "2026-11-25T00:00:00Z",
    "Os": "linux",
    "Architecture": "arm64",
    "Variant": "v8",
    "RootFS": {"Layers": ["sha256:1", "sha256:2"]},
    "Config": {"Labels": {"io.bpkit.project": "hellogo"}, "WorkingDir": "/go"},
}


def completed(stdout: str = "", stderr: str = "", status: int = 0) -> Completed:
    return Completed(("docker", "image", "inspect", "x"), status, stdout, stderr)


@pytest.mark.parametrize(
    "name",
    [
        "hellogo",
        "hellogo:latest",
        "docker.io/library/hellogo",
        "registry:5000/own/hellogo:v1",
        ID,
        ID[7:],
        ID[7:19],
    ],
)
def test_an_image_is_found_by_each_of_its_names(name: str) -> None:
    found = read_images([name], completed(json.dumps([INFO])))
    assert found[name].id == ID
    assert found[name].platform == "linux/arm64/v8"
    assert found[name].labels == {"io.bpkit.project": "hellogo"}
    assert found[name].layers == ("sha256:1", "sha256:2")


@pytest.mark.parametrize("name", ["hellogo:v1", "own/hellogo", "hello", ID[7:12], "registry:5000"])
def test_another_name_is_another_image(name: str) -> None:
    assert read_images([name], completed(json.dumps([INFO]))) == {}


def test_podmans_names_and_bare_ids_are_understood() -> None:
    info = {**INFO, "Id": ID[7:], "RepoTags": ["localhost/hellogo:latest"], "Config": None}
    found = read_images(["hellogo"], completed(json.dumps([info])))["hellogo"]
    assert found.id == ID
    assert found.labels == {}


def test_images_that_are_missing_are_left_out_and_the_others_kept() -> None:
    done = completed(json.dumps([INFO]), "Error: No such image: other", 1)
    assert read_images(["other", "hellogo"], done).keys() == {"hellogo"}


def test_no_answer_at_all_counts_as_no_engine() -> None:
    done = completed("[]", "Cannot connect to the Docker daemon at unix:///x.", 1)
    with pytest.raises(NoEngineError, match="does not respond"):
        read_images(["x"], done)


def test_an_answer_that_is_not_json_is_an_engine_error() -> None:
    with pytest.raises(EngineError):
        read_images(["x"], completed("<html>proxy</html>"))


@pytest.mark.parametrize(
    "said",
    [
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker …",
        "error during connect: Get http://x/v1.24/version: dial tcp: lookup x: no such host",
        "permission denied while trying to connect to the Docker daemon socket",
        "Error: unable to connect to Podman socket",
        "dial tcp 127.0.0.1:1: connect: connection refused",
        "error during connect: Post …: unexpected EOF",
    ],
)
def test_these_words_mean_that_nobody_answers(said: str) -> None:
    assert is_unreachable(said)
    assert isinstance(failure(completed(stderr=said, status=1)), NoEngineError)


@pytest.mark.parametrize(
    "said", ["Error: No such image: x", "manifest unknown", "unexpected EOF in Dockerfile", ""]
)
def test_these_do_not(said: str) -> None:
    assert not is_unreachable(said)
    error = failure(completed(stderr=said, status=1))
    assert isinstance(error, EngineError)
    assert error.message.startswith("docker image inspect: ")


@pytest.mark.parametrize(
    ("said", "versions"),
    [
        (
            {"Client": {"Version": "26.1.5"}, "Server": {"Version": "20.10.24"}},
            Versions("26.1.5", "20.10.24", podman=False),
        ),
        (
            {"Client": {"APIVersion": "4.3.1", "Version": "4.3.1"}},
            Versions("4.3.1", "4.3.1", podman=True),
        ),
        (
            {
                "Client": {"Platform": {"Name": "Podman Engine"}, "Version": "5"},
                "Server": {"Version": "4"},
            },
            Versions("5", "4", podman=True),
        ),
    ],
)
def test_versions_are_read_of_docker_and_podman(said: object, versions: Versions) -> None:
    assert read_versions(completed(json.dumps(said))) == versions


@pytest.mark.parametrize("said", ["", "{}", '{"Client": {"Version": "1"}, "Server": null}'])
def test_a_version_without_a_server_counts_as_no_engine(said: str) -> None:
    with pytest.raises(NoEngineError):
        read_versions(completed(said, "the daemon is away", 1))


@pytest.mark.parametrize(
    ("versions", "variable", "plugin", "buildkit"),
    [
        (Versions("20.10.24", "20.10", podman=False), "", True, False),
        (Versions("20.10.24", "20.10", podman=False), "1", False, True),
        (Versions("26.1.5", "26.1", podman=False), "", True, True),
        (Versions("26.1.5", "26.1", podman=False), "", False, False),
        (Versions("26.1.5", "26.1", podman=False), "0", True, False),
        (Versions("4.3.1", "4.3.1", podman=True), "1", True, False),
        (Versions("", "", podman=False), "", True, False),
    ],
)
def test_which_builder_builds(
    tmp_path: Path, versions: Versions, variable: str, plugin: bool, buildkit: bool
) -> None:
    program = tmp_path / "cli-plugins" / "docker-buildx"
    program.parent.mkdir()
    if plugin:
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    environ = {"DOCKER_CONFIG": str(tmp_path), "DOCKER_BUILDKIT": variable}
    if not plugin and has_buildx(environ):
        pytest.skip("this machine has buildx for everyone")
    assert uses_buildkit(versions, environ) is buildkit


def engine(tmp_path: Path, script: str) -> Engine:
    program = tmp_path / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Engine((str(program),))


def test_output_of_a_failure_is_the_engines_last_word(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="last word"):
        engine(tmp_path, "echo first >&2; echo last word >&2; exit 1").output("x")


def test_a_stream_that_is_read_to_its_end_and_failed_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(EngineError, match="half way"),
        engine(tmp_path, "echo some; echo half way >&2; exit 1").stream("export") as stream,
    ):
        assert stream.read() == b"some\n"


def test_a_reader_that_stops_early_ends_the_command(tmp_path: Path) -> None:
    with engine(tmp_path, "exec yes").stream("export") as stream:
        assert stream.read(2) == b"y\n"


def test_a_reader_that_fails_ends_the_command_too(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="reader"),
        engine(tmp_path, "exec yes").stream("export"),
    ):
        raise RuntimeError("the reader's own fault")


def test_a_program_that_is_not_there_counts_as_no_engine() -> None:
    nobody = Engine(("no-such-docker",))
    for ask in (lambda: nobody.output("x"), lambda: nobody.ask("x"), nobody.versions):
        with pytest.raises(NoEngineError, match="'no-such-docker' is not on PATH"):
            ask()
    with pytest.raises(NoEngineError), nobody.stream("export"):
        pass


def test_the_image_that_is_not_there_is_named(tmp_path: Path) -> None:
    nothing = engine(tmp_path, "echo '[]'; echo 'Error: No such image: x' >&2; exit 1")
    with pytest.raises(EngineError, match="the image 'x' doesn't exist on this engine"):
        nothing.image("x")
