"""``bpkit.verbs.script.run``: the files that it would write, and what they hold for another day."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core.engine import Engine
from bpkit.core.options import BuildOptions
from bpkit.errors import InputError
from bpkit.project.loading import ProjectChoices
from bpkit.project.new_files import NEW, SAME, NewFile, write_together
from bpkit.verbs.script.run import MAKEFILE, SCRIPT, script_files
from tests.cli.ground import PAIR, Ground, make_ground


@pytest.fixture
def pair(tmp_path: Path) -> Ground:
    return make_ground(tmp_path, PAIR)


def files(ground: Ground, **more: object) -> tuple[NewFile, ...]:
    engine = Engine((str(ground.standin.directory / "docker"),))
    return script_files(ProjectChoices(ground.project), BuildOptions(), engine, **more)  # type: ignore[arg-type]


def test_the_script_is_new_and_then_the_same(pair: Ground) -> None:
    (script,) = files(pair)
    assert (script.name, script.state, script.executable) == (SCRIPT, NEW, True)
    write_together(pair.project, [script])
    (again,) = files(pair)
    assert again.state == SAME


def test_no_path_of_this_machine_is_in_it(pair: Ground) -> None:
    """It works for whoever checks the project out elsewhere, on another engine."""
    (script,) = files(pair)
    assert str(pair.directory) not in script.text
    assert "DOCKER=docker" in script.text


def test_it_works_with_the_classic_builder_whatever_the_current_engine_is(pair: Ground) -> None:
    (classic,) = files(pair)
    pair.engine("down")
    (nobody,) = files(pair)
    assert "cp -RPp -- hellogo.go" in classic.text
    assert "cp -RPp -- hellogo.go" in nobody.text


def test_a_makefile_calls_the_script_by_its_name(pair: Ground) -> None:
    script, makefile = files(pair, name="own name.sh", makefile=True, arguments=("-t", "a$b"))
    assert (makefile.name, makefile.executable) == (MAKEFILE, False)
    assert "SCRIPT := 'own name.sh'" in makefile.text
    assert 'ARGS := -t "a\\$$b"' in makefile.text
    assert script.name == "own name.sh"


@pytest.mark.parametrize("name", ["../x.sh", "/x.sh", "a/b.sh", "..", ""])
def test_a_script_must_be_in_the_project(pair: Ground, name: str) -> None:
    with pytest.raises(InputError):
        files(pair, name=name)
