from __future__ import annotations

import pytest

from bpkit.core import RUNTIME, Recipe
from bpkit.errors import InputError
from bpkit.formats.context import ContextSource
from bpkit.formats.dockerfile import parse
from bpkit.readers.copy_sources import ContextFiles
from bpkit.readers.multi_stage import read_multi_stage

FILE = "FROM golang AS b\nARG V=1\nCOPY main-$V.go .\nFROM scratch\nCOPY --from=b /app /\n"


def read(text: str, *context: str, inline: bool = False, **build_args: str) -> Recipe:
    def present(source: ContextSource) -> bool:
        return source.pattern in context

    files = ContextFiles(present, context)
    dockerfile = parse(text, "Dockerfile")
    return read_multi_stage(dockerfile, files, build_args, project="p", tag="t", inline=inline)


def test_a_multi_stage_file_is_one_image_without_artifacts() -> None:
    recipe = read(FILE, "main-1.go")
    (image,) = recipe.images
    assert (recipe.project, image.name, image.tag, image.path) == ("p", RUNTIME, "t", "Dockerfile")
    assert recipe.artifacts == ()


def test_a_source_that_the_context_lacks_is_named_with_its_line() -> None:
    with pytest.raises(
        InputError, match=r"COPY source 'main-\$V.go' is not in the context"
    ) as info:
        read(FILE, "main-2.go")
    assert str(info.value.place) == "Dockerfile:3"
    assert info.value.hint == "did you mean 'main-2.go'?"


def test_build_arguments_choose_the_source() -> None:
    assert read(FILE, "main-2.go", V="2").final.tag == "t"


def test_an_inline_dockerfile_has_no_path() -> None:
    assert read(FILE, "main-1.go", inline=True).final.path is None
