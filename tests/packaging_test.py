"""setup.cfg lists every package, and a checkout finds its templates (a wheel: wheel_test)."""

from __future__ import annotations

import configparser
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT

_LIST = """
from bpkit.verbs.init.template_files import list_templates, shipped_templates
print(shipped_templates(), *(one.template.name for one in list_templates({"HOME": "/nowhere"})))
"""


def test_setup_cfg_lists_every_package() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    listed = set(settings["options"]["packages"].split())
    found = {
        ".".join(file.parent.relative_to(ROOT).parts) for file in ROOT.glob("bpkit/**/__init__.py")
    }
    assert listed == found | {"bpkit.shipped_templates"}


def test_a_checkout_finds_its_templates_without_being_installed(tmp_path: Path) -> None:
    found = _templates(tmp_path, ROOT)
    assert found[0] == str(ROOT / "templates")
    assert found[1:] == _names_in_the_checkout()


def _names_in_the_checkout() -> list[str]:
    top = ROOT / "templates"
    return sorted(str(file.parent.relative_to(top)) for file in top.glob("**/Dockerfile"))


def _templates(elsewhere: Path, path: Path) -> list[str]:
    """The shipped templates as a Python that runs in another folder sees them."""
    env = {**os.environ, "PYTHONPATH": str(path)}
    return _run(sys.executable, "-c", _LIST, cwd=elsewhere, env=env).split()


def _run(*argv: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        argv, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert done.returncode == 0, done.stdout.decode()
    return done.stdout.decode().strip()


INDEX_PAGE = runpy.run_path(str(ROOT / "setup.py"))["for_an_index"]


def test_the_page_of_a_package_index_has_no_link_that_leads_nowhere() -> None:
    page = INDEX_PAGE((ROOT / "README.md").read_text())
    assert re.findall(r"\]\((?!https?:|#)[^)]*\)", page) == []
    assert "<!--" not in page
    assert page.startswith("# bpkit\n\n*Files that this page names are in the source distribution")
    assert "**Small Docker images" in page


def test_with_an_address_of_the_source_the_links_are_absolute() -> None:
    readme = "# x\n\n![a picture](docs/a.svg) and [a page](docs/a.md), [web](https://a.example)\n"
    page = INDEX_PAGE(readme, "https://git.example/bpkit/")
    assert page == (
        "# x\n\n![a picture](https://git.example/bpkit/docs/a.svg) and "
        "[a page](https://git.example/bpkit/docs/a.md), [web](https://a.example)\n"
    )
    assert INDEX_PAGE(readme).endswith("*\n\nand a page, [web](https://a.example)\n")
