"""``bpkit.verbs.clean.run``: what is found, and what a removal that half fails leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.project.loading import ProjectChoices
from bpkit.project.new_files import sealed
from bpkit.verbs.build.ledger import LedgerEntry, read_tags, write_entry
from bpkit.verbs.clean.run import find, remove
from tests.cli.ground import PAIR, Ground, engine_of, make_ground

SCRIPT = sealed("script 0.1.0; do not edit", "#!/bin/sh\necho\n")


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    ground = make_ground(tmp_path, PAIR)
    monkeypatch.setenv("TMPDIR", str(ground.staging))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return ground


def files(ground: Ground) -> list[str]:
    found = find((ProjectChoices(ground.project),), engine_of(ground))
    return [path.name for path in found.files]


def test_only_files_that_script_wrote_and_nobody_changed_are_found(pair: Ground) -> None:
    pair.write(
        {
            "setup_builder_pattern.sh": SCRIPT,
            "other name.sh": SCRIPT,
            "Makefile": sealed("script 0.1.0", "all:\n"),
            "changed.sh": SCRIPT + "echo mine\n",
            "mine.sh": "#!/bin/sh\n",
            "of-init": sealed("init 0.1.0", "FROM a\n"),
            "binary": b"\x7fELF\0\xff",
            "notes.txt": SCRIPT,
        }
    )
    (pair.project / "link.sh").symlink_to("setup_builder_pattern.sh")
    (pair.project / "directory.sh").mkdir()
    assert files(pair) == ["Makefile", "other name.sh", "setup_builder_pattern.sh"]


def test_a_very_large_file_is_not_read(pair: Ground) -> None:
    pair.write({"large.sh": SCRIPT + "\n" * (1 << 20)})
    assert files(pair) == []


def test_nothing_is_forgotten_as_long_as_something_is_left(pair: Ground) -> None:
    write_entry(pair.project, "docker", LedgerEntry({}, {}, "", "", ("once:v1",)))
    pair.engine("ps", "1234\tcontainer\thellogo\tdead\n")
    pair.engine("fail.rm", "Error response from daemon: device or resource busy\n")
    done = remove(find((ProjectChoices(pair.project),), engine_of(pair)), engine_of(pair))
    assert done.removed == ()
    assert done.kept == (("container", "Error response from daemon: device or resource busy"),)
    assert read_tags(pair.project) == ("once:v1",)
    (pair.standin.directory / "fail.rm").unlink()
    done = remove(find((ProjectChoices(pair.project),), engine_of(pair)), engine_of(pair))
    assert done.removed == ("container",)
    assert read_tags(pair.project) == ()


def test_a_project_that_can_not_be_read_is_named_by_hand(pair: Ground) -> None:
    pair.write({"Dockerfile.build": "RUN x\n"})
    with pytest.raises(InputError, match="can't tell which project this is"):
        find((ProjectChoices(pair.project),), engine_of(pair))
    assert find((ProjectChoices(pair.project, name="hellogo"),), engine_of(pair)).projects == (
        "hellogo",
    )
