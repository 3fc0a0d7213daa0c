"""Builds that ask git for the project's version, which isn't in the build context."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.languages.python.git_version import git_version_variable
from bpkit.verbs.init.run import InitChoices, init
from tests.languages.listings import detected, listing

SCM = "SETUPTOOLS_SCM_PRETEND_VERSION"


@pytest.mark.parametrize(
    ("files", "variable"),
    [
        ({"pyproject.toml": '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\n'}, SCM),
        ({"pyproject.toml": '[build-system]\nrequires = [\n  "setuptools-scm>=8",\n]\n'}, SCM),
        ({"setup.py": "setup(use_scm_version=True)"}, SCM),
        ({"setup.py": "setup(setup_requires=['pbr'], pbr=True)"}, "PBR_VERSION"),
        ({"pyproject.toml": '[tool.pdm.version]\nsource = "scm"\n'}, "PDM_BUILD_SCM_VERSION"),
        ({"pyproject.toml": '[build-system]\nrequires = ["hatchling"]\n'}, ""),
        ({"pyproject.toml": '[build-system]\n# requires = ["setuptools-scm"]\n'}, ""),
        ({"setup.py": "setup(use_scm_version=True)", "PKG-INFO": "Version: 1"}, ""),
    ],
)
def test_the_version_variable_of_each_tool(files: dict[str, str], variable: str) -> None:
    assert git_version_variable(listing(files)) == variable


def test_the_dockerfile_sets_a_version_before_the_project_is_installed(tmp_path: Path) -> None:
    project = tmp_path
    (project / "shop").mkdir()
    (project / "shop" / "__init__.py").write_text("def main(): pass\n")
    (project / "pyproject.toml").write_text(
        '[project]\nname = "shop"\ndynamic = ["version"]\n[project.scripts]\nshop = "shop:main"\n'
        '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n'
    )
    result = init(InitChoices(project, write=False))
    text = result.files[0].text
    assert f"ARG PACKAGE_VERSION=0.0.0\nENV {SCM}=$PACKAGE_VERSION\nCOPY . .\n" in text
    assert any("asks git for the version" in note for note in result.notes)
    plain = (project / "pyproject.toml").read_text().replace(', "hatch-vcs"', "")
    (project / "pyproject.toml").write_text(plain.replace('dynamic = ["version"]', 'version = "1"'))
    text = init(InitChoices(project, write=False)).files[0].text
    assert "PACKAGE_VERSION" not in text


def test_a_build_that_runs_git_gets_git() -> None:
    setup = "import subprocess\n{}\nsetup(name='till', scripts=['bin/till'])\n"
    call = "v = subprocess.check_output(['git', 'describe'])"
    files = {"setup.py": setup.format(call), "bin/till": "#!/usr/bin/env python3\n"}
    assert "git" in str(detected(files).values["build_packages"]).split()
    without = {**files, "setup.py": setup.format("v = '1.0'")}
    assert not detected(without).values["build_packages"]
