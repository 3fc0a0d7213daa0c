"""A random hunt of edits: after each build with status 0 the image holds what the files hold now.

The edits are those that a builder or a cache may overlook: content with its size and time kept,
modes, renames, swapped links and directories, hard links, a file where a directory was, a tree that
comes back, what is ignored and by which file, the Dockerfile with its time kept, settings,
arguments by their values and of the environment, a base image that is another one now, an image
that is gone or whose name another has. What is true is told by the files themselves, not by a build
that would share the builder's blindness.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.pair_project import run
from tests.engine.session import EngineSession
from tests.places import ROOT

LONG_AGO = 1_577_836_800
DOCKERFILE = (
    "FROM {base}\nARG WORD=none\nARG HEARD=nothing\nARG SET=unset\nENV LINE={line}\n"
    "COPY data /data\nRUN echo $WORD $HEARD $SET >/word\n"
    'CMD ["sh", "-c", "cd /data; find . ! -type d | sort | while read -r f; do '
    'echo $f $(stat -Lc %a $f) $(cat $f); done; stat -c %a old new; echo $LINE; cat /word /base"]\n'
)
BASES = ("rye", "wheat")
LINES = ("11", "22")


@dataclass
class Shop:
    """A project, and what its image has to say."""

    directory: Path
    name: str
    engine: EngineSession
    dice: random.Random
    word: str = "none"
    heard: str = "nothing"
    setting: str = "unset"
    line: str = LINES[0]
    flour: str = BASES[0]

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def files(self) -> list[Path]:
        """All that isn't a directory, in the order of ``find | sort``."""
        found = [one for one in self.data.rglob("*") if one.is_symlink() or not one.is_dir()]
        return sorted(found, key=lambda one: str(one).encode())

    def edit_unseen(self) -> None:
        """Other content of the same size, the time of modification kept."""
        file = self.dice.choice([one for one in self.files() if not one.is_symlink()])
        file.write_text(str(self.dice.randrange(1000, 9999)))
        os.utime(file, (LONG_AGO, LONG_AGO))

    def edit(self) -> None:
        file = self.dice.choice([one for one in self.files() if not one.is_symlink()])
        file.write_text(str(self.dice.randrange(1000, 9999)))

    def rename(self) -> None:
        """Two files change places, each with its own size and time."""
        one, other = self.data / "a", self.data / "b"
        one.rename(self.data / "c")
        other.rename(one)
        (self.data / "c").rename(other)

    def chmod(self) -> None:
        """Another mode, with the content and the time of modification kept."""
        file = self.dice.choice([one for one in self.files() if not one.is_symlink()])
        file.chmod(self.dice.choice([0o644, 0o600, 0o755]))

    def chmod_directory(self) -> None:
        """Another mode of a directory, sometimes hidden by a file that came and went."""
        directory = self.data / self.dice.choice(["old", "new"])
        directory.chmod(self.dice.choice([0o755, 0o700, 0o750]))
        if self.dice.random() < 0.5:
            (directory / "passing").touch()
            (directory / "passing").unlink()

    def swap_directories(self) -> None:
        """Two directories change places; in both nothing has changed."""
        old, new = self.data / "old", self.data / "new"
        old.rename(self.data / "between")
        new.rename(old)
        (self.data / "between").rename(new)

    def link_hard(self) -> None:
        """A file becomes another name of one that lies outside, with the same size and time."""
        file, outside = self.data / "new" / "f", self.directory / "outside"
        outside.unlink(missing_ok=True)
        outside.write_text(str(self.dice.randrange(1000, 9999)))
        os.utime(outside, (LONG_AGO, LONG_AGO))
        file.unlink()
        os.link(outside, file)

    def edit_outside(self) -> None:
        """A file is edited by its other name, if it has one."""
        outside = self.directory / "outside"
        if outside.exists():
            with outside.open("r+") as stream:
                stream.write(str(self.dice.randrange(1000, 9999)))
            os.utime(outside, (LONG_AGO, LONG_AGO))

    def change_kind(self) -> None:
        """A directory becomes a file, and a file a directory."""
        shape = self.data / "shape"
        if shape.is_dir():
            shutil.rmtree(shape)
            shape.write_text("5555")
        else:
            shape.unlink(missing_ok=True)
            shape.mkdir()
            (shape / "in").write_text("5555")

    def edit_dockerfile(self) -> None:
        """Another line in the Dockerfile, its size and time kept."""
        self.line = self.dice.choice(LINES)
        self.write_dockerfile()

    def write_dockerfile(self) -> None:
        file = self.directory / "Dockerfile"
        file.write_text(DOCKERFILE.format(base=self.base, line=self.line))
        os.utime(file, (LONG_AGO, LONG_AGO))

    def configure(self) -> None:
        """A build argument of the project's settings, the file's size and time kept."""
        self.setting = self.dice.choice(["unset", "right"])
        file = self.directory / "bpkit.toml"
        file.write_text(f'[build-args]\nSET = "{self.setting}"\n')
        os.utime(file, (LONG_AGO, LONG_AGO))

    def hear(self) -> None:
        """Another value of the environment, or none."""
        self.heard = self.dice.choice(["nothing", "a bell", "rain"])

    def remove_image(self) -> None:
        self.engine.docker("rmi", "-f", self.name)

    def take_name(self) -> None:
        """Another image takes the name."""
        self.engine.docker("tag", self.base, self.name)

    def retag(self) -> None:
        """The base image's name goes to the other image."""
        self.flour = self.dice.choice(BASES)
        self.engine.docker("tag", f"{self.base}-{self.flour}", self.base)

    @property
    def base(self) -> str:
        return f"{self.name}-base"

    def swap_link(self) -> None:
        link = self.data / "link"
        target = "b" if link.is_symlink() and os.readlink(link) == "a" else "a"
        link.unlink(missing_ok=True)
        link.symlink_to(target)

    def set_word(self) -> None:
        self.word = self.dice.choice(["none", "bread", "rolls"])

    def ignore(self) -> None:
        """Another line in the ignore file, its size and time kept."""
        self.write_ignore_file(self.directory / ".dockerignore", self.dice.choice(["a", "b", "z"]))

    def ignore_by_own(self) -> None:
        """A file of the Dockerfile's own, which only BuildKit takes, comes, changes or goes."""
        own, letter = self.directory / "Dockerfile.dockerignore", self.dice.choice(["a", "b", ""])
        if letter:
            self.write_ignore_file(own, letter)
        else:
            own.unlink(missing_ok=True)

    def write_ignore_file(self, file: Path, letter: str) -> None:
        file.write_text(f"data/{letter}\n")
        os.utime(file, (LONG_AGO, LONG_AGO))

    @property
    def ignored(self) -> set[str]:
        own, common = (self.directory / f"{one}.dockerignore" for one in ("Dockerfile", ""))
        heeded = own if own.exists() and self.engine.flavour != "classic" else common
        return {heeded.read_text().strip().removeprefix("data/")} if heeded.exists() else set()

    def undo(self) -> None:
        """The tree of long ago comes back, times and all, as ``git stash`` or ``cp -a`` has it."""
        shutil.rmtree(self.data)
        shutil.copytree(self.directory.parent / "kept", self.data, symlinks=True)

    def truth(self) -> str:
        """What the image has to say; what follows a link that leads nowhere in it is left out."""
        lines = []
        for one in self.files():
            name = str(one.relative_to(self.data))
            if name in self.ignored:
                continue
            if one.is_symlink() and os.readlink(one) in self.ignored:
                lines.append(f"./{name}")
            else:
                lines.append(f"./{name} {one.stat().st_mode & 0o777:o} {one.read_text()}")
        modes = [f"{(self.data / one).stat().st_mode & 0o777:o}" for one in ("old", "new")]
        words = f"{self.word} {self.heard} {self.setting}"
        return "\n".join([*lines, *modes, self.line, words, self.flour])


@pytest.fixture
def shop(engine: EngineSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    name = f"hunt-{uuid.uuid4().hex[:8]}"
    shop = Shop(tmp_path / "shop", name, engine, random.Random(20261127))
    shop.data.mkdir(parents=True)
    shop.write_dockerfile()
    for flour in BASES:
        recipe = tmp_path / flour
        recipe.mkdir()
        (recipe / "Dockerfile").write_text(f"FROM busybox\nRUN echo {flour} >/base\n")
        made = ("-t", f"{shop.base}-{flour}", "--label", engine.label)
        engine.docker("build", "-q", *made, str(recipe))
    engine.docker("tag", f"{shop.base}-{BASES[0]}", shop.base)
    for path in ("a", "b", "old/f", "new/f"):
        file = shop.data / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"10{len(path)}{path[0]}")
        os.utime(file, (LONG_AGO, LONG_AGO))
    shutil.copytree(shop.data, tmp_path / "kept")
    yield shop
    bases = (f"{shop.base}-{flour}" for flour in BASES)
    engine.docker("rmi", "-f", name, shop.base, *bases)


def hunt(shop: Shop, rounds: int) -> None:
    edits: list[Callable[[], None]] = [
        *(shop.edit_unseen, shop.edit, shop.rename, shop.swap_link, shop.chmod, shop.retag),
        *(shop.chmod_directory, shop.swap_directories, shop.link_hard, shop.edit_outside),
        *(shop.change_kind, shop.edit_dockerfile, shop.configure, shop.hear, shop.set_word),
        *(shop.ignore, shop.ignore_by_own, shop.undo, shop.remove_image, shop.take_name),
    ]
    done: list[str] = []
    for _ in range(rounds):
        for _ in range(shop.dice.randint(0, 2)):
            act = shop.dice.choice(edits)
            act()
            done.append(act.__name__)
        assert build(shop) == 0, done
        said = [one.rstrip() for one in shop.engine.docker("run", "--rm", shop.name).splitlines()]
        assert said == shop.truth().splitlines(), done
        done.append("build")


def build(shop: Shop) -> int:
    argv = [sys.executable, "-m", "bpkit", "build", "--no-check", "-t", shop.name]
    if shop.word != "none":
        argv += ["--build-arg", f"WORD={shop.word}"]
    argv += ["--build-arg", "HEARD"]
    env = {**shop.engine.env, "PYTHONPATH": str(ROOT)}
    if shop.heard != "nothing":
        env["HEARD"] = shop.heard
    return run(argv, shop.directory, env).returncode


def test_a_short_hunt_finds_nothing_stale(shop: Shop) -> None:
    hunt(shop, 12)


@pytest.mark.slow
def test_a_long_hunt_finds_nothing_stale(shop: Shop) -> None:
    hunt(shop, 80)
