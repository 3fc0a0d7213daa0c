from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.project.settings import Settings, read_settings


def test_settings_are_read_from_either_file_with_dashes_or_underscores() -> None:
    text = 'name = "x"\nbuild-image = "x-b"\nartifacts = ["/a:b"]\nbuild_args = {N = 1}\n'
    expected = Settings(name="x", build_image="x-b", artifacts=("/a:b",), build_args={"N": "1"})
    assert read_settings(text, "bpkit.toml") == expected
    in_project = "[tool.bpkit]\n" + text
    assert read_settings(in_project, "pyproject.toml") == expected
    assert read_settings("[tool.other]\nx = 1\n", "pyproject.toml") == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "x"\nstyle = builder\n', "bpkit.toml:2: not valid TOML"),
        ('\nnmae = "x"\n', "bpkit.toml:2: unknown setting 'nmae'\n  did you mean 'name'?"),
        ("name = 3\n", "bpkit.toml:1: 'name' must be a string that is not empty"),
        ('name = ""\n', "bpkit.toml:1: 'name' must be a string that is not empty"),
        ("artifacts = [1]\n", "bpkit.toml:1: 'artifacts' must be a list of strings"),
        ('style = "tiny"\n', "bpkit.toml:1: 'tiny'"),
        ('build_args = "x"\n', "bpkit.toml:1: 'build_args' must be a table"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_settings(text, "bpkit.toml")
    assert str(caught.value).startswith(message)
