"""Each shape that ``tests/engine/convert_test.py`` builds both ways is read without an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

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
