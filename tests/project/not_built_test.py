"""The message where a project's image isn't there names the one that was built for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core import Engine
from bpkit.project import missing_image


@pytest.mark.parametrize(
    ("listed", "hint"),
    [
        ("", "run 'bpkit build' first"),
        ("<none>:<none>", "run 'bpkit build' first"),
        (
            "<none>:<none> shop:v2 shop:v1",
            "pass -t shop:v2, which was built for this project, or run 'bpkit build' first",
        ),
    ],
)
def test_the_hint_names_the_newest_image_with_the_label(
    tmp_path: Path, listed: str, hint: str
) -> None:
    engine = tmp_path / "docker"
    asked = tmp_path / "asked"
    engine.write_text(f"#!/bin/sh\necho \"$@\" > {asked}\nprintf %s {listed!r} | tr ' ' '\\n'\n")
    engine.chmod(0o755)
    error = missing_image(Engine((str(engine),)), "shop", "shop")
    assert error.message == "the image 'shop' doesn't exist on this engine"
    assert error.hint == hint
    assert "label=io.bpkit.image=shop/runtime" in asked.read_text()
