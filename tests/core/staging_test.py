"""Staging directories: their names tell whose they are, and nothing keeps them from going."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpkit.core.staging import is_on, left_over, make_staging, remove_tree, still_on, unstaged_run
from tests.core.runner_test import as_nobody

REMOVE = """
import sys
from pathlib import Path
from bpkit.core.staging import remove_tree
remove_tree(Path(sys.argv[1]))
"""
HOST = os.uname().nodename


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test stages; the name has what a glob would take for a pattern."""
    directory = tmp_path / "a [b]*?"
    directory.mkdir()
    monkeypatch.setenv("TMPDIR", str(directory))
    return directory


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.fixture
def living() -> Iterator[int]:
    """The number of another process that lives."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process.pid
        process.kill()


def test_a_staging_is_this_users_alone_and_names_its_run(place: Path) -> None:
    staging = make_staging("hellogo")
    assert staging.path.parent == place
    assert staging.path.name == f"bpkit.hellogo.{HOST}.{os.getpid()}.{staging.run_id}"
    assert len(staging.run_id) == 8
    assert staging.path.stat().st_mode & 0o777 == 0o700


def test_two_stagings_at_once_do_not_collide() -> None:
    assert make_staging("hellogo") != make_staging("hellogo")


def test_a_run_is_on_as_long_as_its_process_lives(place: Path, dead: int, living: int) -> None:
    for process, run in ((dead, "deadrun1"), (living, "liverun1")):
        (place / f"bpkit.hellogo.{HOST}.{process}.{run}").mkdir()
    assert [one.run_id for one in left_over("hellogo")] == ["deadrun1"]
    assert still_on("hellogo") == {"liverun1"}


def test_only_directories_of_this_project_and_host_count(place: Path, dead: int) -> None:
    for name in (
        f"bpkit.other.{HOST}.{dead}.x",
        f"bpkit.hellogo.elsewhere.{dead}.x",
        f"bpkit.hellogo.{HOST}.NaN.x",
        f"bpkit.hellogo.{HOST}.{dead}.",
        f"bpkit.hellogo.{HOST}.٣.x",
    ):
        (place / name).mkdir()
    (place / f"bpkit.hellogo.{HOST}.{dead}.file").write_text("")
    (place / f"bpkit.hellogo.{HOST}.{dead}.link").symlink_to(place)
    assert list(left_over("hellogo")) == []
    assert still_on("hellogo") == frozenset()


def test_a_run_that_stages_nothing_tells_its_process_by_its_id(dead: int, living: int) -> None:
    assert is_on(unstaged_run())
    assert is_on(f"{HOST}.{living}.0123456789ab")
    assert not is_on(f"{HOST}.{dead}.0123456789ab")
    assert not is_on(f"elsewhere.{living}.0123456789ab")
    for other in ("", "0123abcd", f"{HOST}.x.y", f"{living}.y"):
        assert not is_on(other)


@pytest.mark.parametrize("kind", ["nothing", "file", "link", "dangling", "tree", "locked"])
def test_whatever_is_there_is_removed_and_links_are_not_followed(tmp_path: Path, kind: str) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "kept").write_text("x")
    path = tmp_path / "victim"
    match kind:
        case "file":
            path.write_text("x")
        case "link":
            path.symlink_to(precious)
        case "dangling":
            path.symlink_to("nowhere")
        case "tree" | "locked":
            (path / "a" / "b").mkdir(parents=True)
            (path / "a" / "b" / "link").symlink_to(precious)
            (path / "a" / "b" / "file").write_text("x")
    if kind == "locked":
        for directory in (path / "a" / "b", path / "a"):
            directory.chmod(0o555)
    subprocess.run(as_nobody([sys.executable, "-c", REMOVE, str(path)]), check=True)
    assert not os.path.lexists(path)
    assert (precious / "kept").read_text() == "x"


def test_a_directory_that_can_not_be_removed_is_an_error() -> None:
    with pytest.raises(OSError, match="/proc/"):
        remove_tree(Path("/proc/self"))


def test_a_directory_of_another_user_is_left_alone(place: Path, dead: int) -> None:
    """Below a shared /tmp anybody can make one of this name, and open it to all."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to make what another user owns")
    decoy = place / f"bpkit.hellogo.{HOST}.{dead}.decoy"
    decoy.mkdir()
    decoy.chmod(0o777)
    os.chown(decoy, 65534, 65534)
    assert list(left_over("hellogo")) == []
    assert still_on("hellogo") == frozenset()
