"""Faults of the machine around a build: disks that are full, a clock set back, many at once.

What must hold each time: a status that tells it, nothing left behind, and the next build works.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.own_engine import OwnEngine, loaded
from tests.engine.pair_project import NOTHING, PairProject, make_pair
from tests.engine.session import EngineSession
from tests.places import ROOT

BPKIT = [sys.executable, "-m", "bpkit"]
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="mounts, and other users, need root")


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A file system of ``size`` at ``place`` until the block ends."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def in_a_directory_of_its_own(pair: PairProject, parent: Path, number: int) -> PairProject:
    """A copy of the project with a name of its own."""
    directory = parent / f"copy-{number}"
    shutil.copytree(pair.directory, directory)
    (parent / "staging").mkdir(exist_ok=True)
    return replace(pair, directory=directory, name=f"{pair.name}-{number}")


@NEEDS_ROOT
@pytest.mark.parametrize("way", ["python", "script"])
def test_a_staging_place_that_is_full_ends_the_run_and_leaves_nothing(
    pair: PairProject, way: str
) -> None:
    dockerfile = pair.directory / "Dockerfile.build"
    big = "dd if=/dev/urandom of=big bs=1k count=900 && cat big >>greet"
    dockerfile.write_text(f"{dockerfile.read_text()}RUN {big}\n")
    assert pair.by(way).returncode == 0
    dockerfile.write_text(f"{dockerfile.read_text()}RUN echo more >>greet\n")
    with small_disk(pair.directory.parent / "staging", "400k"):
        done = pair.by(way)
        assert done.returncode == 4
        assert "space" in done.stderr
        assert pair.left() == NOTHING
    assert pair.by(way).returncode == 0


@NEEDS_ROOT
def test_a_cache_that_is_full_costs_a_build_nothing_but_time(pair: PairProject) -> None:
    with small_disk(pair.directory.parent / "cache", "4k"):
        (pair.directory.parent / "cache" / "full").write_bytes(b"x" * 4096)
        for word in ("bread", "rolls"):
            pair.greet(word)
            done = pair.build()
            assert done.returncode == 0, done.stderr
            assert pair.says() == word
    assert pair.left() == NOTHING


def test_with_the_clock_set_back_an_edit_is_seen(pair: PairProject) -> None:
    assert pair.build().returncode == 0
    clock = pair.directory.parent / "clock"
    clock.mkdir()
    (clock / "sitecustomize.py").write_text(
        "import time\nnow, now_ns = time.time, time.time_ns\n"
        "time.time = lambda: now() - 90_000\n"
        "time.time_ns = lambda: now_ns() - 90_000_000_000_000\n"
    )
    early = {"PYTHONPATH": f"{clock}:{ROOT}"}
    pair.greet("bread")
    source = pair.directory / "greeting"
    yesterday = source.stat().st_mtime - 90_000
    os.utime(source, (yesterday, yesterday))
    assert pair.build(**early).returncode == 0
    assert pair.says() == "bread"
    pair.greet("rolls")
    os.utime(source, (yesterday, yesterday))
    assert pair.build(**early).returncode == 0
    assert pair.says() == "rolls"
    assert pair.left() == NOTHING


@pytest.mark.slow
def test_24_builds_in_24_directories_at_once(pair: PairProject, tmp_path: Path) -> None:
    pairs = [in_a_directory_of_its_own(pair, tmp_path, number) for number in range(24)]
    for number, one in enumerate(pairs):
        one.greet(f"till {number}")
    try:
        running = [one.started("build") for one in pairs]
        ended = [process.wait(timeout=500) for process in running]
        assert ended == [0] * 24
        assert [one.says() for one in pairs] == [f"till {number}" for number in range(24)]
        assert [one.left() for one in pairs] == [NOTHING] * 24
    finally:
        for one in pairs:
            one.sweep()


@NEEDS_ROOT
def test_a_user_without_root_builds_where_the_socket_lets_them(pair: PairProject) -> None:
    """Of the group that the socket belongs to, and nobody else's."""
    if pair.engine.flavour == "podman":
        pytest.skip("podman of root has no socket")
    environment = Path(sys.prefix)
    if any(above.stat().st_mode & 0o005 != 0o005 for above in (environment, *environment.parents)):
        pytest.skip("the Python environment is closed to other users")
    parent = pair.directory.parent
    closed = [above for above in parent.parents if above.stat().st_mode & 0o011 != 0o011]
    subprocess.run(["chmod", "-f", "og+x", parent, *closed], check=True)
    # Where the client keeps what it knows of its builders.
    config = parent / "config"
    shutil.copytree(pair.engine.client.env["DOCKER_CONFIG"], config, symlinks=True)
    subprocess.run(["chown", "-R", "65534", parent], check=True)
    user = ["setpriv", "--reuid", "65534", "--regid", "0", "--clear-groups"]
    names = ("--name", pair.name, "-t", pair.name)
    for _ in range(2):
        done = subprocess.run(
            [*user, *BPKIT, "build", "--no-check", *names],
            cwd=pair.directory,
            env={**pair.env, "HOME": str(parent), "DOCKER_CONFIG": str(config)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert "up to date" in done.stdout
    assert pair.says() == "hello"
    assert pair.staged() == []


def test_a_context_of_5_gb_that_nothing_copies_costs_nothing(pair: PairProject) -> None:
    with (pair.directory / "film").open("wb") as film:
        film.truncate(5_000_000_000)
    for way in ("python", "script"):
        began = time.monotonic()
        assert pair.by(way).returncode == 0
        # To send it, or to read it, takes ten seconds and more.
        assert time.monotonic() - began < 60
        assert pair.says() == "hello"
    assert pair.left() == NOTHING


@pytest.mark.slow
def test_a_context_of_200_000_files(pair: PairProject) -> None:
    for number in range(200):
        (pair.directory / "many" / str(number)).mkdir(parents=True)
        for one in range(1000):
            (pair.directory / "many" / str(number) / str(one)).touch()
    dockerfile = pair.directory / "Dockerfile.build"
    assert pair.build().returncode == 0
    dockerfile.write_text(
        f"{dockerfile.read_text()}COPY many/7 /many\nRUN ls /many | wc -l >greet\n"
    )
    assert pair.build().returncode == 0
    assert pair.left() == NOTHING


def test_names_that_are_not_utf8_and_long_paths_reach_the_image(pair: PairProject) -> None:
    odd = os.fsencode(pair.directory) + b"/goods/caf\xe9"
    os.makedirs(odd)
    Path(os.fsdecode(odd), "price").write_text("2.20")
    at = pair.directory / "goods"
    while len(str(at.relative_to(pair.directory))) < 3_500:
        at = at / ("d" * 100)
    long = str(at.relative_to(pair.directory))
    subprocess.run(
        [
            "sh",
            "-c",
            'IFS=/; for d in $1; do mkdir -p "$d"; cd -P "$d"; done; echo 1 >f',
            "sh",
            long,
        ],
        cwd=pair.directory,
        check=True,
    )
    dockerfile = pair.directory / "Dockerfile.build"
    dockerfile.write_text(
        f"{dockerfile.read_text()}COPY goods /goods\n"
        "RUN { cat greeting; echo echo $(cat /goods/caf*/price) "
        "$(find /goods -name f | wc -l); } >greet\n"
    )
    for way in ("python", "script"):
        assert pair.by(way).returncode == 0
        assert pair.says().split() == ["hello", "2.20", "1"]
    assert pair.build().returncode == 0
    assert pair.left() == NOTHING


@pytest.fixture
def own_engine(engine: EngineSession) -> Iterator[OwnEngine]:
    """Not up yet; ``session`` brings it up."""
    if engine.flavour in {"existing", "podman"}:
        pytest.skip("only an engine with a daemon that the tests brought up is filled")
    home = Path(tempfile.mkdtemp(prefix="bpkit-own-", dir="/var/tmp"))
    own = OwnEngine(home, engine.flavour)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        stack.enter_context(small_disk(home / engine.flavour / "data", "160m"))
        stack.callback(own.command, "down")
        yield own


@NEEDS_ROOT
@pytest.mark.slow
def test_an_engine_whose_disk_is_full_fails_and_leaves_nothing(
    own_engine: OwnEngine, engine: EngineSession, tmp_path: Path
) -> None:
    pair = make_pair(loaded(own_engine, engine, tmp_path), tmp_path)
    assert pair.build().returncode == 0
    dockerfile = pair.directory / "Dockerfile.build"
    text = dockerfile.read_text()
    dockerfile.write_text(f"{text}RUN dd if=/dev/urandom of=big bs=1M count=400\n")
    pair.greet("bread")
    for way in ("python", "script"):
        done = pair.by(way)
        assert done.returncode == 4, done.stderr
        assert pair.left() == NOTHING
        # The classic builder keeps the container of the step that failed, and the disk full.
        if kept := pair.engine.docker("ps", "-a", "-q").split():
            assert engine.flavour == "classic"
            pair.engine.docker("rm", "-f", *kept)
    assert pair.says() == "hello"
    dockerfile.write_text(text)
    assert pair.build().returncode == 0
    assert pair.says() == "bread"
