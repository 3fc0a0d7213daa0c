"""bpkit as docker's plugin: its metadata, its words, and a real client that starts it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bpkit
from bpkit import __version__
from bpkit.__main__ import main
from bpkit.cli.plugin import PROGRAM, call_of, directory, install
from bpkit.errors import InputError

#: The program that an installation brings.
INSTALLED = Path(sys.executable).parent / PROGRAM


def run(argv: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **more}
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=False)


def test_it_answers_what_docker_asks_of_a_plugin() -> None:
    done = run([str(INSTALLED), "docker-cli-plugin-metadata"])
    said = json.loads(done.stdout)
    assert (said["SchemaVersion"], said["Version"], done.returncode) == ("0.1.0", __version__, 0)
    assert said["Vendor"]
    assert said["ShortDescription"]


def test_the_name_of_the_plugin_comes_before_the_verb() -> None:
    done = run([str(INSTALLED), "bpkit", "--version"])
    assert (done.stdout, done.returncode) == (f"bpkit {__version__}\n", 0)


def test_started_under_another_name_the_word_bpkit_is_not_a_verb() -> None:
    done = run([sys.executable, "-m", "bpkit", "bpkit", "--version"])
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("words", "left", "environment"),
    [
        (["bpkit", "build", "-t", "x"], ["build", "-t", "x"], {}),
        (["--context", "far", "bpkit", "images"], ["images"], {"DOCKER_CONTEXT": "far"}),
        (["-c=far", "-D", "bpkit", "images"], ["images"], {"DOCKER_CONTEXT": "far"}),
        (["-H", "tcp://h:1", "bpkit"], [], {"DOCKER_HOST": "tcp://h:1"}),
        (["-l", "debug", "bpkit", "bpkit"], ["bpkit"], {}),
    ],
)
def test_options_of_docker_become_variables_of_the_docker_that_is_called(
    words: list[str], left: list[str], environment: dict[str, str]
) -> None:
    call = call_of(tuple(words))
    assert (list(call.words), call.environment) == (left, environment)


def test_an_option_that_can_not_be_handed_on_is_refused() -> None:
    with pytest.raises(InputError, match="--tlsverify bpkit' is not supported"):
        call_of(("--tlsverify", "bpkit", "images"))


def test_it_is_linked_into_dockers_directory_and_renewed(tmp_path: Path) -> None:
    target = directory({"DOCKER_CONFIG": str(tmp_path / "config")})
    (tmp_path / "old").touch()
    assert install(tmp_path / "old", target).resolve() == tmp_path / "old"
    assert install(INSTALLED, target).readlink() == INSTALLED
    assert [path.name for path in target.iterdir()] == [PROGRAM]


def test_what_is_not_a_link_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / PROGRAM).write_text("mine")
    with pytest.raises(InputError, match="is not a link"):
        install(INSTALLED, tmp_path)
    assert (tmp_path / PROGRAM).read_text() == "mine"


def test_one_file_is_linked_itself_if_docker_can_start_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (file := tmp_path / "bpkit.pyz").touch(0o644)
    monkeypatch.setattr(bpkit, "__file__", str(file / "bpkit" / "__init__.py"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    words = ["doctor", "--install-plugin", "--yes"]
    assert main(words) == 2
    assert f"{file}: it is not executable\n  run chmod +x {file}, then" in capsys.readouterr().err
    file.chmod(0o755)
    assert main(words) == 0
    link = tmp_path / "cli-plugins" / PROGRAM
    assert link.readlink() == file
    said = capsys.readouterr().out
    assert said == f"linked {link} to {file}; try: docker bpkit --version\n"


@pytest.mark.skipif(not shutil.which("docker"), reason="there is no docker client here")
def test_a_real_client_lists_it_and_starts_it(tmp_path: Path) -> None:
    config = {"DOCKER_CONFIG": str(tmp_path)}
    done = run([sys.executable, "-m", "bpkit", "doctor", "--install-plugin", "--yes"], **config)
    assert done.returncode == 0, done.stderr
    assert "bpkit" in run(["docker", "--help"], **config).stdout
    assert run(["docker", "bpkit", "--version"], **config).stdout == f"bpkit {__version__}\n"
    failed = run(["docker", "bpkit", "nosuch"], **config)
    assert (failed.returncode, "nosuch" in failed.stderr) == (2, True)


def test_without_a_terminal_nothing_is_installed_unasked(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "bpkit", "doctor", "--install-plugin"]
    env = {**os.environ, "DOCKER_CONFIG": str(tmp_path)}
    done = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
