"""When mkdocs.yml is the project, and which packages its build takes."""

from __future__ import annotations

from tests.languages.listings import detected

CONFIG = """site_name: Log
theme:
  palette: dark
  name: material
plugins:
  - search
  - awesome-pages:
      filename: nav.yml
  - homemade
"""


def test_packages_are_guessed_from_theme_and_plug_ins() -> None:
    found = detected({"mkdocs.yml": CONFIG, "docs/index.md": ""})
    packages = str(found.values["packages"])
    assert (found.language, found.template) == ("MkDocs", "mkdocs")
    assert packages.startswith("mkdocs-material==")
    assert packages.endswith(" mkdocs-awesome-pages-plugin")
    assert any(one.is_guess for one in found.facts if one.what == "packages")
    assert any("homemade" in note for note in found.notes)


def test_a_requirements_file_decides_what_is_installed() -> None:
    found = detected({"mkdocs.yml": CONFIG, "requirements.txt": "mkdocs-material==9.5.0\n"})
    assert found.values["packages"] == "-r requirements.txt"
    assert found.values["member_manifests"] == ("requirements.txt ./",)


def test_a_package_with_documentation_is_still_a_package() -> None:
    pyproject = """[build-system]
requires = []
[project]
name = "tool"
[project.scripts]
tool = "tool:main"
"""
    files = {"mkdocs.yml": CONFIG, "pyproject.toml": pyproject, "tool.py": "def main(): ...\n"}
    assert detected(files).language == "Python"
