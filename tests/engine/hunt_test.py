"""A random hunt of edits: after each build with status 0 the image holds what the files hold now.

The edits are those that a builder or a cache may overlook: content with its size and time kept,
modes, renames, swapped links, a tree that comes back, what is ignored, arguments, a base image that
is another one now. What is true is told by the files themselves, not by a build that would share
the builder's blindness.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.engine.pair_project import run
from tests.engine.session import EngineSession
from tests.places import ROOT

LONG_AGO = 1_577_836_800
DOCKERFILE = (
    "FROM {base}\nARG WORD=none\nCOPY data /data\nRUN echo $WORD >/word\n"
    'CMD ["sh", "-c", "cd /data; for f in *; do echo $f $(stat -Lc %a $f) $(cat $f); done; '
    'cat /word /base"]\n'
)
BASES = ("rye", "wheat")


@dataclass
class Shop:
    """A project, and what its image has to say."""

    directory: Path
    name: str
    engine: EngineSession
    dice: random.Random
    word: str = "none"
    flour: str = BASES[0]
    ignored: set[str] = field(default_factory=set)

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def files(self) -> list[Path]:
        return sorted(self.data.iterdir())

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
        self.ignored = self.dice.choice([set(), {"b"}])
        lines = "".join(f"data/{name}\n" for name in sorted(self.ignored))
        (self.directory / ".dockerignore").write_text(lines)

    def undo(self) -> None:
        """The tree of long ago comes back, times and all, as ``git stash`` or ``cp -a`` has it."""
        shutil.rmtree(self.data)
        shutil.copytree(self.directory.parent / "kept", self.data, symlinks=True)

    def truth(self) -> str:
        names = [one.name for one in self.files() if one.name not in self.ignored]
        files = [(name, self.data / name) for name in names]
        shown = (f"{name} {one.stat().st_mode & 0o777:o} {one.read_text()}" for name, one in files)
        return "\n".join([*shown, self.word, self.flour])


@pytest.fixture
def shop(engine: EngineSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    name = f"hunt-{uuid.uuid4().hex[:8]}"
    shop = Shop(tmp_path / "shop", name, engine, random.Random(20261127))
    shop.data.mkdir(parents=True)
    (shop.directory / "Dockerfile").write_text(DOCKERFILE.format(base=shop.base))
    for flour in BASES:
        recipe = tmp_path / flour
        recipe.mkdir()
        (recipe / "Dockerfile").write_text(f"FROM busybox\nRUN echo {flour} >/base\n")
        made = ("-t", f"{shop.base}-{flour}", "--label", engine.label)
        engine.docker("build", "-q", *made, str(recipe))
    engine.docker("tag", f"{shop.base}-{BASES[0]}", shop.base)
    for letter in "ab":
        (shop.data / letter).write_text(f"100{letter}")
        os.utime(shop.data / letter, (LONG_AGO, LONG_AGO))
    shutil.copytree(shop.data, tmp_path / "kept")
    yield shop
    bases = (f"{shop.base}-{flour}" for flour in BASES)
    engine.docker("rmi", "-f", name, shop.base, *bases)


def hunt(shop: Shop, rounds: int) -> None:
    edits: list[Callable[[], None]] = [
        *(shop.edit_unseen, shop.edit, shop.rename, shop.swap_link, shop.chmod, shop.retag),
        *(shop.set_word, shop.ignore, shop.undo),
    ]
    done: list[str] = []
    for _ in range(rounds):
        for _ in range(shop.dice.randint(0, 2)):
            act = shop.dice.choice(edits)
            act()
            done.append(act.__name__)
        given = ["--build-arg", f"WORD={shop.word}"]
        built = build(shop, *given)
        assert built == 0, done
        said = shop.engine.docker("run", "--rm", shop.name).strip()
        # A link whose target is left out of the image has nothing to say there.
        link = shop.data / "link"
        if link.is_symlink() and os.readlink(link) in shop.ignored:
            continue
        assert said == shop.truth(), done
        done.append("build")


def build(shop: Shop, *switches: str) -> int:
    argv = [sys.executable, "-m", "bpkit", "build", "--no-check", "-t", shop.name, *switches]
    return run(argv, shop.directory, {**shop.engine.env, "PYTHONPATH": str(ROOT)}).returncode


def test_a_short_hunt_finds_nothing_stale(shop: Shop) -> None:
    hunt(shop, 12)


@pytest.mark.slow
def test_a_long_hunt_finds_nothing_stale(shop: Shop) -> None:
    hunt(shop, 80)
