"""A refusal names the real reason, and what to try."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.verbs.convert import ConvertRequest, convert
from tests.verbs.convert.pots import CARRY, FIRE, converted


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            f'if [ "$1" = all ]; then\n{FIRE}{CARRY}docker build -t pots .\nfi\n',
            "with which the script builds both images: --script-arg ARG",
        ),
        (
            f'if [ -n "$FIRE" ]; then\n{FIRE}{CARRY}docker build -t pots .\nfi\n',
            "--script-env FIRE=VALUE",
        ),
        (
            f"{FIRE}{CARRY.replace('/kiln/jug jug', '/kiln/jug /home/me/pots/jug')}"
            "docker build -t pots .\n",
            "if /home/me/pots is the project, write the path relative to it",
        ),
    ],
)
def test_what_to_try_is_said_where_nothing_flows(text: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        converted(tmp_path, {"fire.sh": text}, script="fire.sh")
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("fire.ps1", "$x = 1\ndocker build -t a .\n", "fire.ps1:2 builds an image in PowerShell"),
        ("fire.py", 'run(["docker", "build", "."])\n', "fire.py:1 builds an image in Python"),
        ("justfile", "fire:\n    podman build .\n", "justfile:2 builds an image in just"),
        (
            "fire.sh",
            "docker build -t a .\n",
            "fire.sh:1 builds an image, but copies nothing from it",
        ),
    ],
)
def test_what_was_seen_is_said_where_no_script_is_found(
    name: str, text: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "Dockerfile").write_text("FROM busybox\n")
    with pytest.raises(InputError, match="found neither a script") as caught:
        convert(ConvertRequest("multi-stage", tmp_path))
    assert why in str(caught.value)


def test_a_script_that_finds_its_files_from_its_own_directory_says_what_is_wrong(
    tmp_path: Path,
) -> None:
    text = (
        "docker build -t pots-kiln -f ../Dockerfile.kiln ..\n"
        f"{CARRY}glaze jug\ndocker build -t pots .\n"
    )
    files = {"shop/fire.sh": text, "shop/Dockerfile": "FROM busybox\nCOPY jug /\n"}
    with pytest.raises(InputError, match="works on jug between the builds"):
        converted(tmp_path, files, script="shop/fire.sh")


def test_what_su_runs_is_followed(tmp_path: Path) -> None:
    take = 'sudo su -c "docker cp hand:/kiln/jug $(pwd)/jug"\n'
    text = f"{FIRE}docker create --name hand pots-kiln\n{take}docker build -t pots .\nrm jug\n"
    made = converted(tmp_path, {"fire.sh": text}, script="fire.sh")
    assert "COPY --from=kiln /kiln/jug /shelf/jug\n" in made.files[0].text
