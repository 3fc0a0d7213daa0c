"""Provides an engine with base images, each in the cheapest way that works.

An existing image is left alone; otherwise it is pulled; otherwise a stand-in is loaded, if one was
assembled on this machine before for any engine, or else assembled and kept for the next engine.
"""

from __future__ import annotations

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bpkit.errors import EngineError
from scripts.bpkit_dev import roots
from scripts.bpkit_dev.bases import Base, base_named, dockerfile, full_name
from scripts.bpkit_dev.client import Client

# docker notices an unreachable registry within 15 s; this limits a real pull.
SECONDS_TO_PULL = 300.0


@dataclass
class Stock:
    """The images of one engine. ``pulls`` turns false at the first pull that fails."""

    client: Client
    home: Path
    pulls: bool = True

    def ensure(self, name: str) -> str:
        """Provide ``name``; returns whether it existed, was pulled, or is a stand-in.

        Raises InputError for a name that isn't in the table and can't be pulled, and EngineError if
        assembling fails. An existing image is never replaced.
        """
        name = full_name(name)
        if self.client.has_image(name):
            return "there already"
        if self.pulls:
            if self.client.succeeds("pull", self.client.reference(name), timeout=SECONDS_TO_PULL):
                return "pulled"
            self.pulls = False
        base = base_named(name)
        with _locked(self.home / "bases"):
            return self._stand_in(base, name)

    def _stand_in(self, base: Base, name: str) -> str:
        first = base.names[0]
        how = "tagged"
        if not self.client.has_image(first):
            kept = self._kept(base)
            how = "a kept stand-in" if kept.is_file() else "a new stand-in"
            if kept.is_file():
                self._load(kept, first)
            else:
                self._assemble(base, kept)
        if not self.client.has_image(name):
            self.client("tag", self.client.reference(first), self.client.reference(name))
        return f"{how}, made of {base.made_of}"

    def _load(self, kept: Path, name: str) -> None:
        self.client("load", "--input", kept)
        if not self.client.has_image(wanted := self.client.reference(name)):
            # podman treats docker's image names without a registry as made on this machine.
            self.client("tag", f"localhost/{name}", wanted)
            self.client("untag", f"localhost/{name}", f"localhost/{name}")

    def _assemble(self, base: Base, kept: Path) -> None:
        if base.parent and not self.client.has_image(base.parent):
            self._stand_in(base_named(base.parent), base.parent)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix="context-") as made:
            context = Path(made)
            (context / "Dockerfile").write_text(dockerfile(base))
            if base.root:
                base.root(context, self.home)
            self.client("build", "--tag", self.client.reference(base.names[0]), context)
        part = kept.with_suffix(".part")
        part.unlink(missing_ok=True)
        self.client("save", "--output", part, self.client.reference(base.names[0]))
        part.replace(kept)

    def _kept(self, base: Base) -> Path:
        slug = base.names[0].replace("/", "_").replace(":", "_")
        return self.home / "bases" / f"{slug}-{_fingerprint(base)}.tar"


def _fingerprint(base: Base) -> str:
    """A digest that changes whenever the stand-in's ingredients change."""
    text = dockerfile(base) + Path(roots.__file__).read_text() if base.root else dockerfile(base)
    below = _fingerprint(base_named(base.parent)) if base.parent else ""
    return hashlib.sha256((text + below).encode()).hexdigest()[:12]


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / "lock").open("w")
    except OSError as failure:
        raise EngineError(f"{directory}: {failure.strerror}") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
