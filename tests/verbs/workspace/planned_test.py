"""What a dry run of a workspace says, without an engine and without running anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core import BuildOptions, Engine
from bpkit.errors import InputError
from bpkit.verbs.ls import survey
from bpkit.verbs.workspace import planned_json, planned_text, planned_workspace

COMPOSE = """\
services:
  web: {image: shop/web, build: {context: web, secrets: [token]}}
  base: {image: shop/base, build: base}
  gone: {build: nowhere}
secrets: {token: {file: ./token}}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_BUILDKIT", "1")
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    for name, text in (("web", "FROM shop/base\n"), ("base", "FROM scratch\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(f"{text}LABEL a=b\n")
    return tmp_path


def test_each_image_has_its_steps_after_those_that_it_needs(shop: Path) -> None:
    engine = Engine(("bpkit-no-such-engine",))
    images = planned_workspace(survey(shop, engine), (), BuildOptions(), engine)
    assert [image.name for image in images] == ["base", "gone", "web"]
    text = planned_text(images)
    assert text.index("name the runtime image shop/base") < text.index("# web: ")
    assert "# gone: can't be built: " in text
    assert f"--secret id=token,src={shop}/token" in text
    found = planned_json(images)["images"]
    assert isinstance(found, list)
    assert [one["plan"] is None for one in found] == [False, True, False]


def test_only_the_named_image_and_what_it_needs(shop: Path) -> None:
    engine = Engine(("bpkit-no-such-engine",))
    found = survey(shop, engine)
    names = [i.name for i in planned_workspace(found, ["web"], BuildOptions(), engine)]
    assert names == ["base", "web"]
    with pytest.raises(InputError, match="has no image 'wep'"):
        planned_workspace(found, ["wep"], BuildOptions(), engine)
