"""``scripts/engine`` and ``scripts/bases`` on the engines that are up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bpkit_dev.bases import BASES, STAND_IN
from scripts.bpkit_dev.flavours import FLAVOURS
from scripts.bpkit_dev.stock import Stock
from tests.engine.session import EngineSession
from tests.places import ROOT


def script(name: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / name), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=env or None,
    )


@pytest.fixture
def flavour(engine: EngineSession) -> str:
    if engine.flavour not in FLAVOURS:
        pytest.skip("the engine is none of scripts/engine's")
    return engine.flavour


def test_up_leaves_a_running_engine_as_it_is(flavour: str, engine: EngineSession) -> None:
    before = engine.docker("info", "--format", "{{json .}}")
    assert script("engine", "up", flavour).returncode == 0
    after = engine.docker("info", "--format", "{{json .}}")
    assert json.loads(before).get("ID") == json.loads(after).get("ID")


def test_status_of_an_engine_that_is_up_is_0(flavour: str) -> None:
    result = script("engine", "status", flavour)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{flavour:8} up, ")


def test_a_shell_that_evaluates_env_reaches_the_engine(flavour: str, engine: EngineSession) -> None:
    lines = script("engine", "env", flavour).stdout
    made = engine.docker("create", "--label", engine.label, "alpine", "true")
    asked = subprocess.run(
        ["sh", "-c", 'eval "$1"; exec "$DOCKER" container inspect "$2"', "sh", lines, made],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(asked.stdout)[0]["Id"] == made


def test_run_hands_on_arguments_and_status(flavour: str) -> None:
    words = ("sh", "-c", 'printf "%s|" "$@"; exit 7', "sh", "a b", "", "$HOME", "--flag")
    result = script("engine", "run", flavour, "--", *words)
    assert (result.returncode, result.stdout) == (7, "a b||$HOME|--flag|")


def test_an_engine_that_answers_is_used_instead_of_a_new_one(engine: EngineSession) -> None:
    env = {**engine.env, "BPKIT_ENGINE_HOME": "/nonexistent"}
    result = script("engine", "up", "--or-existing", "classic", **env)
    assert result.returncode == 0, result.stderr
    assert "used as it is" in result.stdout
    assert script("engine", "env", "--or-existing", "classic", **env).stdout == ""


def test_a_base_image_that_is_there_is_never_replaced(
    engine: EngineSession, tmp_path: Path
) -> None:
    """The name is taken by an image of the user's, of which nothing can be told from outside."""
    name = "rust:1"
    if engine.client.has_image(name):
        pytest.skip(f"{name} is there, and not ours to remove")
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /mine\n")
    engine.docker("build", "--label", engine.label, "--tag", name, str(tmp_path))
    mine = engine.docker("image", "inspect", "--format", "{{.Id}}", name)
    how = Stock(engine.client, tmp_path / "home", pulls=False).ensure(name)
    assert how == "there already"
    assert engine.docker("image", "inspect", "--format", "{{.Id}}", name) == mine
    engine.docker("rmi", name)


def test_ensuring_the_light_bases_again_changes_nothing(engine: EngineSession) -> None:
    arguments = ("ensure", "--all-light", "--no-pull")
    first = script("bases", *arguments, **engine.env)
    assert first.returncode == 0, first.stderr
    names = [name for base in BASES if base.light for name in base.names]
    before = [engine.docker("image", "inspect", "--format", "{{.Id}}", name) for name in names]
    again = script("bases", *arguments, **engine.env)
    assert again.returncode == 0
    assert all("there already" in line for line in again.stdout.splitlines())
    after = [engine.docker("image", "inspect", "--format", "{{.Id}}", name) for name in names]
    assert after == before


@pytest.mark.parametrize(
    ("image", "argv", "said"),
    [
        ("alpine", ["cat", "/etc/os-release"], "ID=alpine"),
        ("busybox", ["busybox"], "BusyBox"),
        ("golang", ["go", "env", "GOROOT"], "/usr/local/go"),
        ("golang", ["pwd"], "/go"),
        ("gcc", ["gcc", "--version"], "Free Software Foundation"),
        ("debian", ["sh", "-c", ". /etc/os-release && echo $ID"], "debian"),
    ],
)
def test_a_light_base_works_as_its_namesake(
    engine: EngineSession, image: str, argv: list[str], said: str
) -> None:
    assert said in engine.docker("run", "--rm", "--label", engine.label, image, *argv)


def test_a_stand_in_says_what_it_is(engine: EngineSession) -> None:
    labels = json.loads(
        engine.docker("image", "inspect", "--format", "{{json .Config.Labels}}", "alpine")
    )
    if not labels:
        pytest.skip("this alpine is the real one")
    assert labels[STAND_IN] == "true"
    assert "busybox" in labels[f"{STAND_IN}.made-of"]


def test_apk_of_a_stand_in_refuses_what_it_does_not_hold(engine: EngineSession) -> None:
    run = ("run", "--rm", "--label", engine.label, "alpine", "sh", "-c")
    assert "no package curl" in engine.docker(*run, "apk --no-cache -q add curl 2>&1 || true")
    assert engine.docker(*run, "apk --no-cache --quiet add ca-certificates && echo held") == "held"
