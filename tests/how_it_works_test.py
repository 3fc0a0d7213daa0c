"""``docs/how-it-works.md``: each name on it exists, and the plan on it is the one that is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import bpkit
from bpkit.core import BuildOptions, Facts, HostFiles, Step, plan, words
from bpkit.project import recipe_of
from bpkit.verbs.build import plan_text
from tests.architecture_test import FLOORS
from tests.places import ROOT

PAGE = ROOT / "docs" / "how-it-works.md"
BEGIN, END = "<!-- not run: the plan, as it is printed -->\n", "<!-- /plan -->"
#: What is quoted on the page and is of the example, or of the shell.
OUTSIDE = {"hellogo", "bash", "dash", "ash", "docker", "cp", "build", "init", "check", "lint"}


def quoted() -> set[str]:
    prose = re.sub(r"```.*?```", "", PAGE.read_text(), flags=re.DOTALL)
    return set(re.findall(r"`([^`\n]+)`", prose))


def defined() -> set[str]:
    """The names of all classes and functions of bpkit."""
    sources = (file.read_text() for file in (ROOT / "bpkit").rglob("*.py"))
    statement = re.compile(r"^ *(?:async )?(?:class|def) (\w+)", re.MULTILINE)
    return {name for source in sources for name in statement.findall(source)}


def test_every_path_on_the_page_is_there() -> None:
    paths = {name for name in quoted() if name.startswith(("bpkit/", "tests/", "templates/"))}
    assert len(paths) > 15
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_name_on_the_page_is_in_the_code() -> None:
    names = {name for name in quoted() if re.fullmatch(r"[A-Za-z_]+", name)} - OUTSIDE
    assert {"Recipe", "Plan", "carry_out", "write_script", "read_pair"} <= names
    assert sorted(names - defined()) == []


def test_every_kind_of_step_is_on_the_page() -> None:
    assert {kind.__name__ for kind in get_args(Step)} <= quoted()


def test_the_plan_on_the_page_is_the_one_that_is_made(golden: Callable[[Path, str], None]) -> None:
    project = bpkit.load(ROOT / "examples" / "builder-pattern")
    facts = Facts(buildkit=False, staged={"build": HostFiles(("hellogo.go",))})
    made = plan(recipe_of(project), BuildOptions(), facts, engine=words("docker"))
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    assert mark == END
    shown = f"{BEGIN}```sh\n{plan_text(made)}```\n{END}"
    golden(PAGE, f"{before}{shown}{after}")


def test_the_readme_lists_the_packages_that_are_there() -> None:
    """In the order of the floors, from the top."""
    section = (ROOT / "README.md").read_text().partition("## How it is built")[2]
    block = section.partition("```text\n")[2].partition("```")[0]
    listed = re.findall(r"^  (\w+/|\w+\.py)", block, re.MULTILINE)
    listed += re.findall(r"(\w+\.py)", block.splitlines()[-1])[1:]
    there = {
        f"{path.name}/" for path in (ROOT / "bpkit").iterdir() if (path / "__init__.py").exists()
    }
    there |= {path.name for path in (ROOT / "bpkit").glob("*.py")}
    assert sorted(listed) == sorted(there)
    floors = [name for floor in reversed(FLOORS) for name in floor.split()]
    order = [name.rstrip("/").removesuffix(".py") for name in listed if name != "__init__.py"]
    heights = {name: height for height, floor in enumerate(FLOORS) for name in floor.split()}
    assert set(order) == set(floors)
    assert order == sorted(order, key=lambda name: -heights[name])
