"""The host's files as a script leaves them: their paths, and the image that each came from.

Paths are as ``str(HostPath)`` shows them, relative to the project if they are in it. Nothing here
reads a disk; ``Ground`` answers what the project contains.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from bpkit.errors import InputError, Place
from bpkit.readers.script.model.values import HostPath


class Ground(Protocol):
    """The questions that a reader of scripts asks about the project; paths are relative to it."""

    def text(self, path: str) -> str | None:
        """The text of a file, None if there is no such file."""

    def is_directory(self, path: str) -> bool:
        """Whether the path is a directory."""

    def is_own_directory(self, path: str) -> bool:
        """Whether the path is a directory before the script has ever run."""

    def ignores(self, context: str, path: str) -> bool:
        """Whether the ``.dockerignore`` of ``context`` excludes ``path``, a path in it."""

    def divides(self, context: str, path: str) -> tuple[Place, str] | None:
        """The line of that ``.dockerignore``, and its pattern, that splits what is at ``path``."""


@dataclass(frozen=True)
class Out:
    """Files that came out of an image: ``path`` in it, by an action at ``place``.

    ``plain_mode``: only the content came out (a redirection), not the mode. ``archive``: they came
    out as one tar of the ``members``, names in it with paths in the image. ``piped``: they go into
    a build as a tar, with their owners. ``compressed``: the archive is compressed.
    """

    maker: str
    path: str
    place: Place
    plain_mode: bool = False
    archive: bool = False
    members: tuple[tuple[str, str], ...] = ()
    piped: bool = False
    compressed: bool = False


@dataclass(frozen=True)
class Alias:
    """A copy of a file in the project; ``path`` is that file's."""

    path: str
    place: Place


@dataclass(frozen=True)
class WrittenFile:
    """A file that the script writes itself; ``content`` is None if it is not known.

    ``open`` are the parts that depend on the script's user or on a run.
    """

    content: str | None
    place: Place
    open: tuple[str, ...] = ()


Origin = Out | Alias | WrittenFile


@dataclass
class Host:
    """The files that the script has put on the host so far.

    ``onto_names`` are targets of copies that neither were directories at that point nor had been
    removed before: a second run may find a directory there. ``cleared`` maps the project's own
    files that were removed to the place of the command. ``earlier`` holds what was put into a
    directory before what ``placed`` has there, and was merged with it. ``trimmed`` maps parts of
    artifacts that were removed on the host to the place of the command.
    """

    ground: Ground
    placed: dict[str, Origin] = field(default_factory=dict)
    directories: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    onto_names: set[str] = field(default_factory=set)
    cleared: dict[str, Place] = field(default_factory=dict)
    earlier: dict[str, list[Origin]] = field(default_factory=dict)
    trimmed: dict[str, Place] = field(default_factory=dict)

    def make_directory(self, path: HostPath) -> None:
        """``mkdir -p``: create the directory and those above it."""
        at = key(path)
        while at not in {"", ".", "/"}:
            self.directories.add(at)
            at = posixpath.dirname(at)

    def is_directory(self, path: HostPath) -> bool:
        """Whether ``cp`` or ``docker cp`` to the path copies into it.

        A slash at its end doesn't make it one: docker cp creates one, and copies the contents. But
        if something is there, both refuse a slash behind what isn't a directory.
        """
        name = key(path)
        if name == "." or name in self.directories or (path.ending and name in self.placed):
            return True
        if any(placed.startswith(f"{name}/") for placed in self.placed):
            return True
        return path.in_project and name not in self.removed and self.ground.is_own_directory(name)

    def put(self, origin: Origin, name: str, destination: HostPath) -> str:
        """Put something called ``name`` at ``destination``, or into it if it is a directory."""
        at = key(destination)
        if self.is_directory(destination):
            at = _below(at, name)
        elif isinstance(before := self.placed.get(at), Out) and before != origin:
            raise InputError(
                f"{at} exists already, and whether this replaces it (a file) or goes into it (a "
                "directory) is not known",
                place=origin.place,
                hint="give each artifact a different name",
            )
        elif at not in self.removed:
            self.onto_names.add(at)
        self.placed[at] = origin
        return at

    def put_contents(self, origin: Origin, destination: HostPath) -> str:
        """Put a directory's contents into ``destination``, which becomes a directory."""
        at = key(destination)
        self.directories.add(at)
        self.merge(at, origin)
        return at

    def merge(self, at: str, origin: Origin) -> None:
        """Put a directory's contents into ``at``, beside what was put there before.

        Raises InputError if that may be a file.
        """
        before = self.placed.get(at)
        if isinstance(before, Out) and before != origin:
            if not before.path.endswith("/.") or before.archive:
                raise InputError(
                    f"{at} exists already, and whether it is a directory that this is merged into "
                    "is not known",
                    place=origin.place,
                    hint="give each artifact a different name",
                )
            self.earlier.setdefault(at, []).append(before)
        self.placed[at] = origin

    def copy(self, origin: HostPath, destination: HostPath, place: Place) -> bool:
        """``cp``; whether the source came out of an image, or the target is outside the project."""
        start = key(origin)
        name = posixpath.basename(start)
        found = list(self.below(start))
        if not found:
            if not origin.in_project and not origin.symbols:
                # A file outside the project: elsewhere on the host, or in a directory above.
                self.put(WrittenFile(None, place), name, destination)
                return not destination.in_project
            self.put(Alias(start, place), name, destination)
            return not destination.in_project
        into = self.is_directory(destination) and origin.ending != "/."
        target = _below(key(destination), name) if into else key(destination)
        laid: set[str] = set()
        for rest, what in found:
            at = target if rest == "." else _below(target, rest)
            if at in laid:
                self.merge(at, what)
            self.placed[at] = what
            laid.add(at)
        return True

    def remove(self, path: HostPath, place: Place) -> None:
        """``rm -r``."""
        start = key(path)
        # With "/*" at its end, the directory's contents except names that begin with a dot.
        plain = start.removesuffix("/*")
        is_own = self.ground.is_own_directory(plain) or self.ground.text(plain) is not None
        if path.in_project and plain not in {".", "*"} and is_own:
            self.cleared.setdefault(start, place)
        self.removed.add(start)
        self.directories.discard(start)
        outs = (at for at, origin in self.placed.items() if isinstance(origin, Out))
        is_part = any(start.startswith(f"{at}/") for at in outs)
        gone = [at for at in self.trimmed if at.startswith(f"{start}/")]
        for at in gone:
            del self.trimmed[at]
        if is_part and start not in self.placed:
            self.trimmed[start] = place
        for rest, _ in list(self.below(start)):
            at = start if rest == "." else _below(start, rest)
            self.placed.pop(at, None)
            self.earlier.pop(at, None)

    def cleared_in(self, context: str) -> Iterator[tuple[str, Place]]:
        """The removed files in a directory, by their path in it."""
        yield from _within(context, self.cleared)

    def trimmed_in(self, context: str) -> Iterator[tuple[str, Place]]:
        """The removed parts of artifacts in a directory, by their path in it."""
        yield from _within(context, self.trimmed)

    def left(self) -> Iterator[tuple[str, Origin]]:
        """The files on the host at the end, outside temporary directories; paths as shown."""
        for at, origin in self._all():
            if not at.startswith(("$(", "/tmp/", "/dev/", "/var/tmp/")):
                yield at, origin

    def _all(self) -> Iterator[tuple[str, Origin]]:
        """All files and their paths, merged ones in the order of their copies."""
        for at, origin in self.placed.items():
            yield from ((at, one) for one in self.earlier.get(at, ()))
            yield at, origin

    def below(self, directory: str) -> Iterator[tuple[str, Origin]]:
        """The files put at or below a path, with the rest of their paths (``.``: the path itself).

        This includes a part of something that came out as a whole.
        """
        for at, origin in self._all():
            if at == directory:
                yield ".", origin
            elif directory == ".":
                if not at.startswith(("/", "$", "..")):
                    yield at, origin
            elif at.startswith(f"{directory}/"):
                yield at[len(directory) + 1 :], origin
            elif directory.startswith(f"{at}/") and isinstance(origin, Out):
                rest = directory[len(at) + 1 :]
                yield ".", replace(origin, path=posixpath.join(_plain(origin.path), rest))


def _within(context: str, places: dict[str, Place]) -> Iterator[tuple[str, Place]]:
    for path, place in places.items():
        if context == ".":
            yield path, place
        elif path.startswith(f"{context}/"):
            yield path[len(context) + 1 :], place


def _plain(path: str) -> str:
    return path.removesuffix("/.") or "/"


def _below(directory: str, name: str) -> str:
    return name if directory == "." else f"{directory}/{name}"


def key(path: HostPath) -> str:
    """The key of the path in this model."""
    return str(replace(path, ending=""))
