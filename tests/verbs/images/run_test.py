"""``bpkit.verbs.images.run``: an image with several tags is asked for, and listed, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpkit.core.engine import Engine
from bpkit.core.labels import IMAGE_LABEL
from bpkit.errors import NoEngineError
from bpkit.verbs.images.run import images
from tests.cli.ground import Ground, make_ground

ID = f"sha256:{'a' * 64}"


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    made = make_ground(tmp_path, {})
    # docker lists an image once for each of its tags.
    made.engine("images", f"{ID}\n{ID}\n")
    labels = {IMAGE_LABEL: "p/runtime"}
    info = {"Id": ID, "RepoTags": ["p:latest", "p:v1"], "Config": {"Labels": labels}}
    made.engine(f"image.{ID}", json.dumps(info))
    return made


def test_an_image_of_two_tags_is_listed_once(ground: Ground) -> None:
    (found,) = images(Engine((str(ground.standin.directory / "docker"),)))
    assert found.names == ("p:latest", "p:v1")


def test_a_daemon_that_is_down_counts_as_no_engine(ground: Ground) -> None:
    ground.engine("down")
    with pytest.raises(NoEngineError):
        images(Engine((str(ground.standin.directory / "docker"),)))
