"""A workspace on a real engine: what is built, what is not, and what a fault leaves."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.pair_project import run
from tests.engine.session import ONE_ENGINE, EngineSession
from tests.places import ROOT

#: api and web are built from base, job copies out of api; alone needs nothing.
DOCKERFILES = {
    "base": "FROM busybox\nCOPY etc /etc/shop/\n",
    "api": "FROM {base}\nARG VERSION=0\nCOPY main /main\nRUN echo $VERSION >/version\n",
    "web": "FROM {base}\nCOPY *.html /www/\n",
    "job": "FROM busybox\nCOPY --from={api} /main /version /\n",
    "alone": "FROM busybox\nCOPY data /data\n",
}
FILES = {
    "base/etc/conf": "1\n",
    "api/main": "1\n",
    "web/index.html": "1\n",
    "web/other.html": "2\n",
    "alone/data": "1\n",
}


@dataclass(frozen=True)
class Shop:
    """A repository of five images with names of its own, declared by a Compose file."""

    directory: Path
    prefix: str
    engine: EngineSession

    def tag(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    @property
    def env(self) -> dict[str, str]:
        cache = str(self.directory.parent / "cache")
        return {**self.engine.env, "XDG_CACHE_HOME": cache, "PYTHONPATH": str(ROOT)}

    def bpkit(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return run([sys.executable, "-m", "bpkit", *words], self.directory, {**self.env, **env})

    def build(self, *words: str, status: int = 0, **env: str) -> dict[str, dict[str, Any]]:
        """What the build says of each image, by its name."""
        done = self.bpkit("build", "--all", "--json", "--quiet", *words, **env)
        assert done.returncode == status, done.stderr
        return {image["name"]: image for image in json.loads(done.stdout)["images"]}

    def states(self, *words: str, status: int = 0, **env: str) -> dict[str, str]:
        return {n: i["state"] for n, i in self.build(*words, status=status, **env).items()}

    def write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def contents(self, name: str, *paths: str) -> str:
        """What the files hold in the image."""
        return self.engine.docker("run", "--rm", self.tag(name), "cat", *paths)

    def sweep(self) -> None:
        """Remove the images by their names: what others stand on goes with the last of these."""
        reference = f"reference={self.prefix}-*"
        form = "{{.Repository}}:{{.Tag}}"
        names = self.engine.docker("images", "--format", form, "--filter", reference).split()
        if names:
            self.engine.docker("rmi", "--force", *names)


def make_shop(engine: EngineSession, directory: Path) -> Shop:
    shop = Shop(directory, f"bpkitshop{uuid.uuid4().hex[:8]}", engine)
    tags = {name: shop.tag(name) for name in DOCKERFILES}
    services = []
    for name, text in DOCKERFILES.items():
        shop.write(f"{name}/Dockerfile", text.format(**tags))
        args = "args: {VERSION: '${VERSION:-1}'}" if name == "api" else ""
        services.append(
            f"  {name}:\n    image: {tags[name]}\n    build: {{context: {name}, {args}}}"
        )
    shop.write("compose.yaml", "services:\n" + "\n".join(services) + "\n")
    for name, text in FILES.items():
        shop.write(name, text)
    return shop


@pytest.fixture
def shop(engine: EngineSession, tmp_path: Path) -> Iterator[Shop]:
    made = make_shop(engine, tmp_path / "shop")
    yield made
    made.sweep()


CURRENT = dict.fromkeys(DOCKERFILES, "current")
BUILT = dict.fromkeys(DOCKERFILES, "built")


def test_all_are_built_then_none_then_what_changed_and_what_stands_on_it(shop: Shop) -> None:
    assert shop.states() == BUILT
    assert shop.states() == CURRENT
    shop.write("base/etc/conf", "2\n")
    assert shop.states() == {**BUILT, "alone": "current"}
    assert shop.contents("web", "/etc/shop/conf") == "2"
    assert shop.states() == CURRENT


def test_what_decides_an_image_rebuilds_it(shop: Shop) -> None:
    shop.build()
    assert shop.build(VERSION="2")["api"]["why"].endswith("build arguments")
    assert shop.contents("job", "/version") == "2"
    shop.engine.docker("rmi", "--force", shop.tag("alone"))
    assert (
        shop.build(VERSION="2")["alone"]["why"] == f"the image {shop.tag('alone')} no longer exists"
    )
    shop.write("alone/data", "3\n")
    assert shop.build(VERSION="2")["alone"]["why"].endswith(": files")
    shop.engine.docker("tag", shop.tag("web"), shop.tag("alone"))
    found = shop.build(VERSION="2")["alone"]
    assert (found["state"], "has changed" in found["why"]) == ("built", True)


def test_named_images_bring_what_they_need_and_nothing_else(shop: Shop) -> None:
    assert set(shop.states("job")) == {"base", "api", "job"}


@ONE_ENGINE
def test_only_what_differs_from_a_revision_is_built_with_its_dependents(shop: Shop) -> None:
    plain = {"GIT_CONFIG_GLOBAL": "/dev/null"}
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "x"],
    ):
        assert run(["git", *words], shop.directory, {**shop.env, **plain}).returncode == 0
    shop.write("api/main", "2\n")
    assert set(shop.states("--changed", "HEAD")) == {"base", "api", "job"}


def test_a_broken_member_fails_alone_and_its_output_is_whole(shop: Shop) -> None:
    text = (shop.directory / "api/Dockerfile").read_text()
    shop.write("api/Dockerfile", f"{text}RUN echo the-reason-$((1+1)) && exit 7\n")
    done = shop.bpkit("build", "--all", "--keep-going", "--json")
    states = {i["name"]: i["state"] for i in json.loads(done.stdout)["images"]}
    assert done.returncode == 4
    assert states == {**BUILT, "api": "failed", "job": "not built"}
    assert "the-reason-2" in done.stderr
    shop.write("api/Dockerfile", text)
    assert shop.states() == {**CURRENT, "api": "built", "job": "built"}


@ONE_ENGINE
def test_a_member_that_can_not_be_read_is_named_among_good_ones(shop: Shop) -> None:
    shop.write("alone/Dockerfile", "FRO busybox\n")
    found = shop.build("--keep-going", status=2)
    assert found["alone"]["state"] == "failed"
    assert found["web"]["state"] == "built"


def test_a_signal_ends_all_and_leaves_nothing(shop: Shop) -> None:
    text = (shop.directory / "base/Dockerfile").read_text()
    shop.write("base/Dockerfile", f"{text}RUN sleep 30\n")
    alone = (shop.directory / "alone/Dockerfile").read_text()
    shop.write("alone/Dockerfile", f"{alone}RUN sleep 30\n")
    staging = shop.directory.parent / "staging"
    staging.mkdir()
    argv = [sys.executable, "-m", "bpkit", "build", "--all", "-j", "2"]
    env = {**shop.env, "TMPDIR": str(staging)}
    process = subprocess.Popen(
        argv, cwd=shop.directory, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert process.stderr is not None
    told = [process.stderr.readline().decode() for _ in range(2)]
    assert all(line.startswith("building ") for line in told)
    time.sleep(3)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, err
    assert list(staging.iterdir()) == []
    found = shop.engine.docker("images", "-q", "--filter", f"reference={shop.prefix}-*")
    assert found == ""


def _edit(shop: Shop, chance: random.Random, copy: Path) -> str:
    """Change something at random; what was done."""
    names = [name for name in FILES if (shop.directory / name).exists()]
    name = chance.choice(names)
    path = shop.directory / name
    kinds = ["content", "same size and time", "mode", "undo", "dockerfile", "image", "ignore"]
    kind = chance.choice(kinds)
    if kind == "content":
        path.write_text(f"{chance.randrange(10**6)}\n")
    elif kind == "same size and time":
        before = path.stat()
        old = path.read_text()
        path.write_text("".join(chr(ord(c) ^ 1) if c != "\n" else c for c in old))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif kind == "mode":
        path.chmod(path.stat().st_mode ^ 0o111)
    elif kind == "undo":
        path.write_text(FILES[name])
    elif kind == "dockerfile":
        member = chance.choice(list(DOCKERFILES))
        file = shop.directory / member / "Dockerfile"
        file.write_text(f"{file.read_text()}ENV N{chance.randrange(100)}=1\n")
        name = f"{member}/Dockerfile"
    elif kind == "image":
        name = chance.choice(list(DOCKERFILES))
        shop.engine.docker("rmi", "--force", shop.tag(name))
    else:
        (shop.directory / "web/.dockerignore").write_text(chance.choice(["other.html\n", ""]))
        name = "web/.dockerignore"
    return f"{kind} {name} {copy.name}"


def _files_of(shop: Shop, name: str) -> str:
    """Every file below the directories that members fill, with mode and content."""
    script = "find /etc/shop /www /main /version /data -type f -exec ls -l {} + 2>/dev/null"
    sums = "find /etc/shop /www /main /version /data -type f -exec md5sum {} + 2>/dev/null | sort"
    fields = "awk '{print $1, $NF}'"
    command = f"{script} | {fields} | sort; {sums}"
    env = shop.engine.docker("image", "inspect", "--format", "{{.Config.Env}}", shop.tag(name))
    return env + shop.engine.docker("run", "--rm", shop.tag(name), "sh", "-c", command)


@pytest.mark.slow
def test_any_sequence_of_edits_gives_the_images_of_building_all_from_nothing(
    shop: Shop, tmp_path: Path
) -> None:
    chance = random.Random(20261127)
    shop.build()
    for number in range(12):
        done = [_edit(shop, chance, tmp_path) for _ in range(chance.randint(1, 2))]
        shop.build()
        # The truth: a fresh copy with new times, under other names, that nothing is known of.
        fresh = Shop(tmp_path / f"copy{number}", f"{shop.prefix}t{number}", shop.engine)
        shutil.copytree(shop.directory, fresh.directory, copy_function=shutil.copy)
        for file in (*fresh.directory.glob("*/Dockerfile"), fresh.directory / "compose.yaml"):
            file.write_text(file.read_text().replace(f"{shop.prefix}-", f"{fresh.prefix}-"))
        for file in fresh.directory.rglob("*"):
            file.touch()
        try:
            fresh.build("--no-cache")
            for name in DOCKERFILES:
                assert _files_of(shop, name) == _files_of(fresh, name), (number, name, done)
        finally:
            fresh.sweep()
