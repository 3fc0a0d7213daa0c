"""The project on disk, as the script readers and the conversions use it."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bpkit.core import Image, ProgramMissingError, output
from bpkit.errors import Place
from bpkit.formats.context import Tree
from bpkit.formats.dockerignore import NAME, Ignore
from bpkit.project.listing import read_tree

# No script is longer; a larger file is data.
_MOST_TEXT = 1 << 20


@dataclass(frozen=True)
class DiskGround:
    """A project's files; paths are relative to ``directory``."""

    directory: Path
    _ignores: dict[str, Ignore] = field(default_factory=dict, repr=False)

    def text(self, path: str) -> str | None:
        """The text of a file; None if it doesn't exist or is too large to be a script."""
        file = self.directory / path
        try:
            if not file.is_file() or file.stat().st_size > _MOST_TEXT:
                return None
            return file.read_bytes().decode("utf-8", "surrogateescape")
        except OSError:
            return None

    def is_directory(self, path: str) -> bool:
        """Whether the directory exists."""
        return (self.directory / path).is_dir()

    def is_own_directory(self, path: str) -> bool:
        """Whether the directory exists in a fresh checkout; without git, on disk."""
        if not self.is_directory(path) or self.tracked is None or posixpath.normpath(path) == ".":
            return self.is_directory(path)
        return any(name.startswith(f"{path}/") for name in self.tracked)

    def ignore(self, context: str) -> Ignore:
        """The ``.dockerignore`` of a context; an empty one if it doesn't exist."""
        if context not in self._ignores:
            text = self.text(posixpath.join(context, NAME))
            self._ignores[context] = Ignore.parse(text or "", posixpath.join(context, NAME))
        return self._ignores[context]

    def ignores(self, context: str, path: str) -> bool:
        """Whether the ``.dockerignore`` of ``context`` excludes ``path``, a path in it."""
        return path != "." and self.ignore(context).excludes(path)

    def divides(self, context: str, path: str) -> tuple[Place, str] | None:
        """The line of that ``.dockerignore`` which applies to only a part of ``path``.

        And the line's pattern.
        """
        is_out = self.ignores(context, path)
        for pattern in self.ignore(context).patterns:
            below = path == "." or pattern.text.startswith(f"{path}/")
            if below and pattern.negated == is_out:
                name = posixpath.normpath(posixpath.join(context, NAME))
                line = pattern.place.line if pattern.place else None
                return Place(name, line), pattern.text
        return None

    def tree(self, image: Image) -> Tree:
        """The project's own files in the image's context: without what is ignored or left over.

        At an artifact's destination, a file that git doesn't track was left by an earlier run.
        """
        if not self.is_directory(image.context):
            return Tree()
        found = read_tree(self.directory / image.context, self.ignore(image.context))
        places = [a.destination for a in image.artifacts if a.destination != "."]
        if not places or self.tracked is None:
            return found
        return Tree(
            {
                path: entry
                for path, entry in found.entries.items()
                if not any(path == p or path.startswith(f"{p}/") for p in places)
                or posixpath.normpath(posixpath.join(image.context, path)) in self.tracked
            }
        )

    @cached_property
    def tracked(self) -> frozenset[str] | None:
        """The paths that git tracks; None if the project isn't in a repository."""
        try:
            done = output(("git", "-C", str(self.directory), "ls-files", "-z"))
        except ProgramMissingError:
            return None
        return frozenset(done.stdout.split("\0")) - {""} if done.status == 0 else None


class ProjectTexts(Mapping[str, str]):
    """The texts of a project's files by their paths, each read on first use."""

    def __init__(self, ground: DiskGround) -> None:
        self._ground = ground

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(_paths(self._ground.directory))

    def __getitem__(self, path: str) -> str:
        text = self._ground.text(path)
        if text is None:
            raise KeyError(path)
        return text

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and (self._ground.directory / path).is_file()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


# Directories that no build script searches by pattern, and that may hold 100,000 files.
_PASSED_OVER = frozenset({".git", "node_modules", ".venv", "vendor", "__pycache__"})


def _paths(directory: Path) -> Iterator[str]:
    for at, names, files in os.walk(directory):
        names[:] = sorted(set(names) - _PASSED_OVER)
        for name in sorted(files):
            yield os.path.relpath(os.path.join(at, name), directory)
