"""The Bake file of a workspace: what stands in it, and when it is refused or stale."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bpkit.core import Engine
from bpkit.errors import InputError
from bpkit.project import SAME, write_together
from bpkit.verbs.bake import BAKE_FILE, bake_file
from bpkit.verbs.ls import survey

COMPOSE = """\
services:
  base:
    image: team/base
    build: base
  api:
    image: team/api:1
    build:
      context: api
      target: final
      args: {VERSION: "1", FROM_SHELL: }
      additional_contexts: {shared: "service:base"}
      platforms: [linux/amd64, linux/arm64]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    for name, text in (
        ("base", "FROM alpine\n"),
        ("api", "FROM team/base AS final\nCOPY --from=shared /a /a\n"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(text)
    return tmp_path


def written(directory: Path) -> dict[str, Any]:
    text = bake_file(survey(directory, Engine())).text
    found: dict[str, Any] = json.loads(text)
    return found


def test_all_that_decides_an_image_is_in_it(shop: Path) -> None:
    assert written(shop)["target"]["api"] == {
        "context": "api",
        "dockerfile": "Dockerfile",
        "target": "final",
        "tags": ["team/api:1"],
        "args": {"VERSION": "1", "FROM_SHELL": "${FROM_SHELL}"},
        "contexts": {"team/base": "target:base", "shared": "target:base"},
        "platforms": ["linux/amd64", "linux/arm64"],
    }


def test_an_image_that_is_needed_by_its_tag_becomes_a_context(shop: Path) -> None:
    text = (shop / "compose.yaml").read_text()
    (shop / "compose.yaml").write_text(text.replace("additional_contexts", "x-was"))
    assert written(shop)["target"]["api"]["contexts"] == {"team/base": "target:base"}


@pytest.mark.parametrize("tag", ["team/base:latest", "docker.io/team/base"])
def test_a_context_has_the_name_that_buildkit_looks_for(shop: Path, tag: str) -> None:
    text = (shop / "compose.yaml").read_text()
    (shop / "compose.yaml").write_text(text.replace("team/base", tag))
    assert written(shop)["target"]["api"]["contexts"]["team/base"] == "target:base"


def test_the_settings_of_a_member_are_in_it(shop: Path) -> None:
    (shop / "base" / "bpkit.toml").write_text('context = ".."\nplatform = "linux/arm64"\n')
    found = written(shop)["target"]["base"]
    assert (found["context"], found["dockerfile"]) == (".", "base/Dockerfile")
    assert found["platforms"] == ["linux/arm64"]


def test_a_dockerfile_in_the_declaration_stays_there(shop: Path) -> None:
    (shop / "compose.yaml").write_text(
        "services: {x: {build: {context: base, dockerfile_inline: FROM scratch}}}\n"
    )
    found = written(shop)["target"]["x"]
    assert found["dockerfile-inline"] == "FROM scratch"
    assert "dockerfile" not in found


def test_a_generated_bake_file_is_recognized_and_is_not_a_source(shop: Path) -> None:
    file = bake_file(survey(shop, Engine()))
    write_together(shop, (file,))
    again = survey(shop, Engine())
    assert again.workspace.source == "compose.yaml"
    assert bake_file(again).state == SAME
    (shop / "compose.yaml").write_text(COMPOSE.replace("team/api:1", "team/api:2"))
    assert bake_file(survey(shop, Engine())).state == "renewed"


def test_the_users_bake_file_is_a_source_and_is_not_replaced(shop: Path) -> None:
    (shop / BAKE_FILE).write_text('{"target": {"x": {"context": "base"}}}')
    found = survey(shop, Engine())
    assert found.workspace.source == BAKE_FILE
    with pytest.raises(InputError, match="not written by bpkit"):
        write_together(shop, (bake_file(found),))


def test_a_pair_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile.build").write_text("FROM golang\nRUN go build -o /app\n")
    (tmp_path / "Dockerfile.runtime").write_text("FROM scratch\nCOPY app /\n")
    with pytest.raises(InputError) as caught:
        bake_file(survey(tmp_path, Engine()))
    assert "bpkit convert . --to multi-stage" in caught.value.hint


def test_a_member_that_can_not_be_read_is_refused(shop: Path) -> None:
    (shop / "api" / "Dockerfile").unlink()
    with pytest.raises(InputError):
        bake_file(survey(shop, Engine()))


def test_outputs_attestations_and_the_default_group_are_those_of_the_bake_file(
    tmp_path: Path,
) -> None:
    document = {
        "group": {"default": {"targets": ["app"]}},
        "target": {
            "app": {"attest": ["type=sbom"], "tags": ["app"]},
            "test": {"output": ["type=cacheonly"], "tags": ["app"]},
        },
    }
    (tmp_path / "docker-bake.json").write_text(json.dumps(document))
    (tmp_path / "Dockerfile").write_text("FROM alpine\n")
    found = written(tmp_path)
    assert found["group"] == {"default": {"targets": ["app"]}}
    assert (found["target"]["app"]["attest"], found["target"]["test"]["output"]) == (
        ["type=sbom"],
        ["type=cacheonly"],
    )
    assert "tags" not in found["target"]["test"]


def test_text_that_looks_like_an_expression_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        'services: {a: {build: {args: {P: "%{x}"}, '
        'dockerfile_inline: "FROM alpine\\nARG P\\nRUN echo $${P}\\n"}}}\n'
    )
    found = written(tmp_path)["target"]["a"]
    assert found["dockerfile-inline"] == "FROM alpine\nARG P\nRUN echo $${P}\n"
    assert found["args"] == {"P": "%%{x}"}


def test_an_argument_without_a_value_is_a_variable_that_may_be_null(shop: Path) -> None:
    assert written(shop)["variable"] == {"FROM_SHELL": {"default": None}}
