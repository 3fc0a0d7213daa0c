"""Conversions proved on real engines: the images of both forms are the same, to the file.

Every shape goes from its script to a multi-stage file, from that to Dockerfiles and a script, and
from these back; after each step the forms are built and their images held against each other.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from plumbum import local

from bpkit.core.engine import Engine
from bpkit.core.recipe import Image
from bpkit.report.console import Console
from bpkit.verbs.compare.verification import verify
from bpkit.verbs.convert.files import write
from bpkit.verbs.convert.request import BUILDER, MULTI_STAGE, ConvertRequest
from bpkit.verbs.convert.result import Conversion, WrittenForm
from bpkit.verbs.convert.run import convert
from tests.engine.convert_shapes import SHAPES, Shape
from tests.engine.session import EngineSession


@pytest.fixture
def docker(engine: EngineSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The engine under test as bpkit reaches it from this very process."""
    for name, value in engine.env.items():
        monkeypatch.setenv(name, value)
    # plumbum keeps the environment of when it was imported.
    with local.env(**engine.env):
        yield Engine((engine.env.get("DOCKER", "docker"),))


def lay_out(shape: Shape, directory: Path) -> None:
    name = f"bpkit-cv-{uuid.uuid4().hex[:8]}"
    for path, text in shape.files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("IMAGE", name))


def proved(conversion: Conversion, docker: Engine, written: int | None = None) -> None:
    verdicts = verify(conversion, conversion.files[:written], docker, Console(quiet=True))
    assert len(verdicts) >= 1
    for verdict in verdicts:
        assert verdict.paths > 5
        assert verdict.differences == (), verdict.image


def to_multi_stage(directory: Path, shape: Shape) -> Conversion:
    made = convert(
        ConvertRequest(MULTI_STAGE, directory, script=shape.script, output="Dockerfile.multi")
    )
    write(made, made.files[:1], force=False)
    return made


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_converts_both_ways_and_makes_the_same_images(
    name: str,
    engine: EngineSession,
    docker: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shape = SHAPES[name]
    if shape.buildkit and engine.flavour == "classic":
        pytest.skip("Docker 20.10 knows no heredocs without a frontend from a registry")
    lay_out(shape, tmp_path)
    forward = to_multi_stage(tmp_path, shape)
    text = (tmp_path / "Dockerfile.multi").read_text()
    for mark in shape.marks:
        assert mark in text, text
    proved(forward, docker, 1)

    for image in forward.after.recipe.images:
        back = convert(
            ConvertRequest(
                BUILDER,
                tmp_path,
                files=("Dockerfile.multi",),
                target=image.target or "",
                output=f"back-{image.name}",
                build_args=shape.args,
            )
        )
        for one in back.after.recipe.images:
            assert len([i for i in one.dockerfile.instructions if i.keyword == "FROM"]) == 1
            assert all(i.flag("from") is None for i in one.dockerfile.instructions)
        proved(back, docker)
        write(back, back.files, force=False)

        again = convert(
            ConvertRequest(
                MULTI_STAGE,
                tmp_path,
                script=f"back-{image.name}/setup_builder_pattern.sh",
                output=f"Dockerfile.again-{image.name}",
            )
        )
        write(again, again.files[:1], force=False)
        proved(replace(again, before=only(forward.after, image)), docker, 1)


def only(form: WrittenForm, image: Image) -> WrittenForm:
    """The form with one of its images."""
    return replace(form, recipe=replace(form.recipe, images=(image,)))
