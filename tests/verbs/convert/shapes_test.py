"""Each shape that ``tests/engine/convert_test.py`` builds both ways is read without an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.project import ProjectChoices, load, recipe_of
from bpkit.verbs.convert.files import write
from bpkit.verbs.convert.request import MULTI_STAGE, ConvertRequest
from bpkit.verbs.convert.run import convert
from tests.engine.convert_shapes import SHAPES


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_becomes_a_dockerfile_with_what_marks_it(tmp_path: Path, name: str) -> None:
    shape = SHAPES[name]
    for path, text in shape.files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("IMAGE", "shop"))
    made = convert(ConvertRequest(MULTI_STAGE, tmp_path, script=shape.script, output="new"))
    text = made.files[0].text or ""
    assert [mark for mark in shape.marks if mark not in text] == []


def test_a_pair_that_stays_does_not_hide_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile.build").write_text("FROM golang\nRUN go build -o /app\n")
    (tmp_path / "Dockerfile.runtime").write_text("FROM scratch\nCOPY app /app\n")
    made = convert(ConvertRequest(MULTI_STAGE, tmp_path))
    write(made, made.files, force=False)
    recipe = recipe_of(load(ProjectChoices(tmp_path)))
    assert [image.path for image in recipe.images] == ["Dockerfile"]
