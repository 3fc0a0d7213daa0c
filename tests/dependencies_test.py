"""``docs/dependencies.md`` lists what ``setup.cfg`` does, with the licences that packages state."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata

import pytest

from bpkit.errors import InputError
from scripts.bpkit_dev.import_costs import IMPORTS, costs_table
from scripts.bpkit_dev.renew import FIGURES, with_figure
from tests.places import ROOT

PAGE = (ROOT / "docs" / "dependencies.md").read_text()


def required() -> set[str]:
    """The names of all distributions in setup.cfg."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(ROOT / "setup.cfg")
    lists = [settings["options"]["install_requires"], *settings["options.extras_require"].values()]
    lines = [line.strip() for text in lists for line in text.splitlines()]
    names = (re.match(r"[\w.-]+", line) for line in lines if not line.startswith(("#", "%")))
    return {name[0] for name in names if name}


def rows() -> dict[str, list[str]]:
    """The cells of each row of the tables, by the dependency's name."""
    found: dict[str, list[str]] = {}
    for line in PAGE.splitlines():
        cells = [re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", cell.strip()) for cell in line.split("|")]
        for name in cells[1:3]:
            # The table of costs is none of theirs.
            if name in required() and len(cells) > 5:
                found[name] = cells
    return found


def test_each_dependency_is_listed_once_and_no_other() -> None:
    assert set(rows()) == required()


@pytest.mark.parametrize("name", sorted(required()))
def test_the_licence_is_the_one_that_the_package_states(name: str) -> None:
    try:
        said = metadata(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed here")
    licence = said["License-Expression"] or said["License"] or ""
    assert licence in rows()[name]


def test_the_cost_of_each_import_is_on_the_page() -> None:
    told = PAGE.partition("<!-- imports -->")[2].partition("<!-- /imports -->")[0]
    assert [name for name in IMPORTS if f"| {name} | " not in told] == []
    assert "| a | 12 ms |" in costs_table({"a": 12.3}, "3.11")


def test_help_and_version_import_no_dependency() -> None:
    for word in ("--version", "--help"):
        code = (
            "import sys; from bpkit.__main__ import main; "
            f"main([{word!r}]); print({{'plumbum', 'ruamel', 'tomli'}} & set(sys.modules))"
        )
        argv = [sys.executable, "-c", code]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "set()"


def test_every_figure_has_its_place_and_its_command() -> None:
    for name, figure in FIGURES.items():
        page = (ROOT / figure.page).read_text()
        assert f"<!-- {name} -->\nnew\n<!-- /{name} -->" in with_figure(page, name, "new\n")
        assert figure.command[0] == "-m" or (ROOT / figure.command[0]).is_file()
    with pytest.raises(InputError, match="no place"):
        with_figure("nothing", "bench", "")
