"""Which projects a directory stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core import Engine
from bpkit.errors import InputError
from bpkit.project import ProjectChoices
from bpkit.verbs.ls import projects_in

NO_ENGINE = Engine(("no-such-docker",))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A compose file of two images, of which one is built elsewhere."""
    for name in ("api", "web"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "compose.yaml").write_text(
        "services:\n"
        "  api: {build: api, image: shop/api}\n"
        "  web: {build: web, image: shop/web}\n"
        "  far: {build: 'https://example.org/far.git', image: far}\n"
    )
    return tmp_path


def test_a_directory_that_only_declares_a_workspace_means_its_projects(shop: Path) -> None:
    found = projects_in(ProjectChoices(shop), NO_ENGINE)
    assert [(one.directory, one.tag) for one in found.choices] == [
        (shop / "api", "shop/api"),
        (shop / "web", "shop/web"),
    ]
    assert [line.partition(":")[0] for line in found.unread] == ["left out far"]


def test_a_dockerfile_a_name_and_undeclared_directories_stand_for_one_project(shop: Path) -> None:
    for choices in (ProjectChoices(shop, name="shop"), ProjectChoices(shop, files=("f",))):
        assert projects_in(choices, NO_ENGINE).choices == (choices,)
    (shop / "Dockerfile").write_text("FROM scratch\n")
    one = ProjectChoices(shop)
    assert projects_in(one, NO_ENGINE).choices == (one,)
    (shop / "Dockerfile").unlink()
    (shop / "compose.yaml").unlink()
    assert projects_in(one, NO_ENGINE).choices == (one,)


def test_a_workspace_of_which_nothing_can_be_read_is_an_error(shop: Path) -> None:
    """Nothing to remove would be said of what was not looked for."""
    for name in ("api", "web"):
        (shop / name / "Dockerfile").unlink()
        (shop / name).rmdir()
    with pytest.raises(InputError, match="no image of the workspace can be read: api: "):
        projects_in(ProjectChoices(shop), NO_ENGINE)
