"""``bpkit check --image`` of an image that lies on disk: no engine is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bpkit.verbs.trial.sidecar import sidecar_program
from tests.image.saved.images import (
    Files,
    as_directory,
    as_tar,
    docker_archive,
    document,
    layer,
    oci_layout,
    zipped,
)
from tests.places import ROOT

SCRIPT = {"app": None, "app/run.sh": b"#!/bin/bash\necho till\n"}
#: A later layer takes away what the earlier one brought.
SHELL = {"bin": None, "bin/bash": b"\x7fnot a program", "bin/.keep": b""}
GONE = {"bin/.wh.bash": b""}


def image(*files: Files) -> tuple[list[bytes], bytes]:
    layers = [layer(one) for one in files]
    return layers, document(layers, {"Entrypoint": ["/app/run.sh"]})


def docker_file(directory: Path, layers: list[bytes], config: bytes) -> Path:
    path = directory / "till.tar"
    path.write_bytes(as_tar(docker_archive(layers, ("till:latest",), config)))
    return path


def compressed_file(directory: Path, layers: list[bytes], config: bytes) -> Path:
    path = directory / "till.tar.gz"
    path.write_bytes(zipped(as_tar(oci_layout(layers, zipped, config))))
    return path


def oci_directory(directory: Path, layers: list[bytes], config: bytes) -> Path:
    return as_directory(oci_layout(layers, zipped, config), directory / "till")


Form = Callable[[Path, list[bytes], bytes], Path]
FORMS = pytest.mark.parametrize("form", [docker_file, compressed_file, oci_directory])


def check(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Neither is there a docker, nor an address of an engine.
    env = {"PATH": str(path.parent), "PYTHONPATH": str(ROOT), "HOME": str(path.parent)}
    command = [sys.executable, "-m", "bpkit", "check", "--image", os.fspath(path), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@FORMS
def test_errors_are_found_in_every_form_of_a_saved_image(tmp_path: Path, form: Form) -> None:
    done = check(form(tmp_path, *image(SCRIPT)), "--format", "json")
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    assert said["runs"] is False
    (error,) = [one for one in said["findings"] if one["severity"] == "error"]
    assert error["rule"] == "BPK121"
    assert "/bin/bash" in error["message"]


@FORMS
def test_a_file_that_a_later_layer_removes_does_not_exist(tmp_path: Path, form: Form) -> None:
    done = check(form(tmp_path, *image(SCRIPT, SHELL, GONE)), "--format", "json")
    assert "BPK121" in [one["rule"] for one in json.loads(done.stdout)["findings"]]
    there = check(form(tmp_path / "..", *image(SCRIPT, SHELL)), "--format", "json")
    assert "BPK121" not in [one["rule"] for one in json.loads(there.stdout)["findings"]]


@FORMS
def test_without_findings_the_report_says_that_nothing_was_started(
    tmp_path: Path, form: Form
) -> None:
    layers = [layer({"till": sidecar_program("amd64")})]
    config = document(layers, {"Entrypoint": ["/till"], "User": "65532"})
    done = check(form(tmp_path, layers, config))
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("from starting; it was not started\n"), done.stdout


def test_a_path_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    done = check(tmp_path / "none.tar")
    assert done.returncode == 2
    assert "no such file or directory" in done.stderr
