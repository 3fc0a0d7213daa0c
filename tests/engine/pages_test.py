"""The pages of the documentation, typed at a terminal that reaches a real engine.

Each page has a directory of its own; what its readers have in theirs is in ``GROUNDS``. What a page
made is removed at the end, by the names that were not there before.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.engine.session import ONE_ENGINE, EngineSession
from tests.page_session import run_page
from tests.places import ROOT

pytestmark = pytest.mark.slow

EXAMPLES = "examples"
_LAB = {
    name: (ROOT / "examples/builder-pattern" / name).read_text()
    for name in ("hellogo.go", "Dockerfile.build", "Dockerfile.runtime")
}
_PYTHON = "docker tag python:3-slim python:$version-slim-bookworm"


@dataclass(frozen=True)
class PageGround:
    """What is there before a page is begun.

    ``files`` are in the directory, ``before`` is done in it. With ``from_the_top`` each block of
    the page is a beginning of its own.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    before: str = "true"
    from_the_top: bool = False


_SHOP = {
    "base/Dockerfile": "FROM busybox\n",
    "services/api/Dockerfile": 'FROM team/base\nCMD ["true"]\n',
    "services/web/Dockerfile": 'FROM team/base\nCMD ["true"]\n',
    "bpkit.toml": '[workspace]\nmembers = ["base", "services/*"]\n',
}
GROUNDS = {
    "README.md": PageGround(before=f"cp -R '{ROOT}/examples' .", from_the_top=True),
    "docs/index.md": PageGround(_LAB),
}


def pages() -> list[str]:
    """The pages that have something to type."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    names = [page.relative_to(ROOT).as_posix() for page in found]
    return [name for name in names if not name.startswith(("docs/rules/", "docs/verbs/"))]


@pytest.fixture
def terminal(engine: EngineSession, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of somebody who has installed bpkit, and whose docker reaches the engine."""
    before = names_of_images(engine)
    home = tmp_path / "home"
    home.mkdir()
    path = f"{Path(sys.executable).parent}:{engine.env['PATH']}"
    kept = {name: value for name, value in engine.env.items() if not name.startswith("GIT_")}
    yield {**kept, "PATH": path, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    if made := sorted(names_of_images(engine) - before):
        engine.docker("rmi", "--force", *made)


def names_of_images(engine: EngineSession) -> set[str]:
    listed = engine.docker("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()
    return {name for name in listed if "<none>" not in name}


@ONE_ENGINE
@pytest.mark.parametrize("page", pages())
def test_a_page_is_so_when_it_is_typed(
    engine: EngineSession, terminal: dict[str, str], tmp_path: Path, page: str
) -> None:
    ground = GROUNDS.get(page, PageGround())
    directory = tmp_path / "ground"
    for name, text in ground.files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    directory.mkdir(exist_ok=True)
    subprocess.run(["bash", "-ec", ground.before], cwd=directory, env=terminal, check=True)
    text = (ROOT / page).read_text()
    wrong = run_page(text, directory, terminal, from_the_top=ground.from_the_top)
    assert not wrong, f"{page}\n" + "\n".join(wrong)
