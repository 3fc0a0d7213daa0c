"""What is handed to a builder of buildx, and what is refused before."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core import BuildOptions, Engine
from bpkit.errors import InputError
from bpkit.verbs.bake import bake_command, chosen_for
from bpkit.verbs.bake.run import bake_text
from bpkit.verbs.ls import survey

COMPOSE = """\
services:
  base: {image: base, build: base}
  api: {image: api, build: api}
  pair: {image: pair, build: pair}
  twin: {image: "api:latest", build: base}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    for name, text in (
        ("base/Dockerfile", "FROM alpine\n"),
        ("api/Dockerfile", "FROM base\n"),
        ("pair/Dockerfile.build", "FROM alpine\nRUN echo 1 >/out\n"),
        ("pair/Dockerfile.runtime", "FROM alpine\nCOPY out /out\n"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def chosen(directory: Path, *names: str, options: BuildOptions | None = None) -> tuple[str, ...]:
    return chosen_for(survey(directory, Engine()), names, options or BuildOptions())


def test_an_image_is_built_with_its_needs_only(shop: Path) -> None:
    assert chosen(shop, "api") == ("base", "api")
    text = bake_text(survey(shop, Engine()), ("base", "api"))
    assert ('"pair"' in text, '"twin"' in text, '"target:base"' in text) == (False, False, True)


@pytest.mark.parametrize(
    ("names", "said"),
    [(("pair",), "'pair' is a pair of Dockerfiles"), (("api", "twin"), "both are called")],
)
def test_a_member_that_bake_cannot_build_is_refused(
    shop: Path, names: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        chosen(shop, *names)


def test_secrets_of_the_command_line_are_refused(shop: Path) -> None:
    with pytest.raises(InputError, match="--secret and --ssh are not passed on"):
        chosen(shop, "api", options=BuildOptions(secrets=("id=x",)))


def test_switches_of_buildx_are_passed_on() -> None:
    options = BuildOptions(
        build_args=(("A", "1"), ("B", None)), platform="linux/amd64,linux/arm64", pull=True
    )
    argv = bake_command("team", ["api"], options, Engine(), file="f", push=True)
    assert argv == (
        *("docker", "buildx", "bake", "--builder", "team", "--file", "f", "--push", "--pull"),
        *("--set", "*.platform=linux/amd64,linux/arm64"),
        *("--set", "*.args.A=1", "--set", "*.args.B", "api"),
    )
