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
        (
            "[lint]\n\nofff = 1\n",
            "bpkit.toml:3: [lint] has no setting 'offf'\n  did you mean 'off'?",
        ),
        (
            "[lint]\nwat = 1\n",
            "bpkit.toml:2: [lint] has no setting 'wat'\n  there are: baseline, off",
        ),
        ("[lint]\noff = 1\n", "bpkit.toml:2: 'lint.off' is not a list"),
        (
            '[budget]\ntotl = "1MB"\n',
            "bpkit.toml:2: [budget] has no setting 'totl'\n  did you mean",
        ),
        (
            '[budget]\ntotal = "1MB"\ngrowth = "much"\n',
            "bpkit.toml:3: 'much' is neither a size nor a percentage",
        ),
        (
            '[budget.paths]\n"/usr" = "1 MB"\nopt = 1\n',
            "bpkit.toml:3: the path 'opt' doesn't begin with /\n  write '/opt'",
        ),
        (
            '[budget.packages]\nlibc6 = 1\nperl = "x"\n',
            "bpkit.toml:3: 'x' is not a size\n  write perl = \"12 MB\"",
        ),
        (
            '[[probe]]\nready = 1\n[[probe]]\nhtpp = "/"\n',
            "bpkit.toml:4: probe 2 has no setting 'htpp'\n  there are: command, ",
        ),
        (
            '[[probe]]\n[[probe.step]]\nhttp = "/"\n[[probe.step]]\nhtpp = "/"\n',
            "bpkit.toml:5: step 2 of probe 1 has no setting 'htpp'\n  did you mean 'http'?",
        ),
        (
            '[[probe]]\n[[probe.step]]\nhttp = "/"\nstaus = 3\n',
            "bpkit.toml:4: step 1 of probe 1 has no setting 'staus'\n  did you mean 'status'?",
        ),
        ("[[probe]]\n[[probe.step]]\nstatus = 3\n", "bpkit.toml:2: step 1 of probe 1 needs one of"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_settings(text, "bpkit.toml")
    assert str(caught.value).startswith(message)


def test_a_mistake_in_pyproject_is_named_with_its_line_too() -> None:
    text = "[tool.other.lint]\nofff = 1\n[tool.bpkit.lint]\nofff = 1\n"
    with pytest.raises(InputError) as caught:
        read_settings(text, "pyproject.toml")
    assert str(caught.value).startswith("pyproject.toml:4: [lint] has no setting 'offf'")
