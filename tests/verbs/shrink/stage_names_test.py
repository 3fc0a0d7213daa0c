"""Names of the stages that the new stages refer to."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.formats.dockerfile.parser import parse
from bpkit.verbs.shrink.stage_names import named, with_tools
from tests.verbs.check.made import rootfs, static

BARE = rootfs(static("/app"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FROM gcc\nRUN x\n", "FROM gcc AS build\nRUN x\n"),
        ("FROM gcc AS mine\n", "FROM gcc AS mine\n"),
        ("FROM gcc AS a\n\n# b\nFROM alpine\n", "FROM gcc AS a\n\n# b\nFROM alpine AS full\n"),
        ("FROM build\nRUN x\n", "FROM build AS build-2\nRUN x\n"),
        ("from \\\n  gcc\n", "from \\\n  gcc AS build\n"),
    ],
)
def test_the_last_stage_gets_a_name_if_it_has_none(old: str, new: str) -> None:
    assert named(parse(old)).text == new


def test_a_stage_with_a_shell_is_found_if_the_last_one_has_none() -> None:
    file = parse("FROM gcc\nRUN make\nFROM alpine AS data\nCOPY x x\nFROM scratch AS full\n")
    found, tools = with_tools(file, BARE)
    assert tools == "tools"
    assert found.text.startswith("FROM gcc AS tools\nRUN make\n")


def test_no_other_stage_is_needed_if_the_image_has_the_tools() -> None:
    file = parse("FROM gcc AS build\nRUN make\n")
    image = rootfs(static("/bin/sh"), static("/bin/cp"), static("/bin/mkdir"))
    assert with_tools(file, image) == (file, "")


def test_without_any_shell_the_files_can_not_be_gathered() -> None:
    file = parse("FROM scratch AS full\nCOPY app /app\n")
    with pytest.raises(InputError, match="no stage before it runs a shell"):
        with_tools(file, BARE)
