"""A wheel of the project, installed elsewhere in an environment of its own, works as a checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit import __version__
from tests.places import ROOT

PARTS = (
    "bpkit",
    "docs",
    "templates",
    "README.md",
    "LICENSE",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

_DISTRIBUTIONS = """
import json
from importlib.metadata import distributions
print(json.dumps({d.metadata["Name"].lower(): d.read_text("WHEEL") for d in distributions()}))
"""
_TEMPLATES = """
from bpkit.verbs.init.template_files import list_templates, shipped_templates
print(shipped_templates(), *(one.template.name for one in list_templates({"HOME": "/nowhere"})))
"""


@dataclass(frozen=True)
class Installed:
    """An environment that has bpkit by its wheel, and a directory far from the checkout."""

    python: Path
    elsewhere: Path

    def run(self, *arguments: str, cwd: Path | None = None) -> str:
        """What this Python says; it ends with status 0."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "DOCKER"))}
        return said([str(self.python), *arguments], cwd or self.elsewhere, kept)


def said(argv: list[str], cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The project, built from a copy so that nothing is written into the checkout."""
    top = tmp_path_factory.mktemp("wheel")
    for part in PARTS:
        source, copy = ROOT / part, top / "source" / part
        copy.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    said([*pip, "wheel", "-q", "--no-deps", "-w", str(top), str(top / "source")], top)
    (wheel,) = top.glob("docker_bpkit-*.whl")
    assert wheel.name == f"docker_bpkit-{__version__}-py3-none-any.whl"
    venv.create(top / "venv", with_pip=True)
    python = top / "venv" / "bin" / "python"
    said([str(python), *pip[1:], "install", "-q", str(wheel)], top)
    elsewhere = top / "else where"
    elsewhere.mkdir()
    return Installed(python, elsewhere)


def test_it_tells_its_version_as_a_module_and_as_a_program(installed: Installed) -> None:
    assert installed.run("-m", "bpkit", "--version") == f"bpkit {__version__}\n"
    program = installed.python.parent / "bpkit"
    assert said([str(program), "--version"], installed.elsewhere) == f"bpkit {__version__}\n"


@pytest.mark.parametrize(
    ("example", "makes"),
    [
        ("builder-pattern", ["hellogo-build", "hellogo"]),
        ("multi-stage", ["welcome"]),
    ],
)
def test_it_plans_both_labs_and_writes_their_scripts(
    installed: Installed, tmp_path: Path, example: str, makes: list[str]
) -> None:
    project = tmp_path / example
    shutil.copytree(ROOT / "examples" / example, project)
    shown = installed.run("-m", "bpkit", "build", "--dry-run", "--json", cwd=project)
    assert json.loads(shown)["makes"] == makes
    installed.run("-m", "bpkit", "script", cwd=project)
    written = (project / "setup_builder_pattern.sh").read_text()
    frame = (ROOT / "bpkit" / "writers" / "frame.sh").read_text()
    on_signal = frame[frame.index("on_signal() {") : frame.index("# Runs a command in the")]
    assert on_signal in written


def test_it_carries_the_templates(installed: Installed) -> None:
    top = ROOT / "templates"
    names = sorted(str(file.parent.relative_to(top)) for file in top.glob("**/Dockerfile"))
    place, *found = installed.run("-c", _TEMPLATES).split()
    assert Path(place).is_relative_to(installed.python.parent.parent)
    assert found == names


def test_all_that_it_needs_to_run_is_pure_python(installed: Installed) -> None:
    found: dict[str, str] = json.loads(installed.run("-c", _DISTRIBUTIONS))
    assert {"docker-bpkit", "plumbum"} <= found.keys()
    for name, wheel in found.items():
        assert "Root-Is-Purelib: true" in wheel, name
        tags = [line for line in wheel.splitlines() if line.startswith("Tag: ")]
        assert all(tag.endswith("-none-any") for tag in tags), name


def test_manual_pages_are_installed_where_man_looks_beside_the_program(
    installed: Installed,
) -> None:
    pages = installed.python.parents[1] / "share" / "man" / "man1"
    shown = {page.name: page.read_text() for page in pages.iterdir()}
    assert shown == {page.name: page.read_text() for page in (ROOT / "docs" / "man").iterdir()}
    assert {"bpkit.1", "bpkit-build.1", "bpkit-convert.1"} <= set(shown)


def test_the_library_is_imported_with_its_types(installed: Installed) -> None:
    code = (
        "import bpkit, pathlib; print(pathlib.Path(bpkit.__file__).with_name('py.typed').is_file())"
    )
    assert installed.run("-c", code) == "True\n"
