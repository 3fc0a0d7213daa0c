"""The host's files as a script leaves them: what is where, and which image it came out of.

Paths are as ``str(HostPath)`` shows them, relative to the project where they are in it. Nothing
here looks at a disk; what the project has is asked through ``Ground``.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from bpkit.errors import InputError, Place
from bpkit.readers.script.model.values import HostPath


class Ground(Protocol):
    """What a reader of scripts may ask about the project; paths are relative to it."""

    def text(self, path: str) -> str | None:
        """The text of a file, None if there is none."""

    def is_directory(self, path: str) -> bool:
        """Whether there is such a directory."""

    def is_own_directory(self, path: str) -> bool:
        """Whether there is such a directory before the script has ever run."""

    def ignores(self, context: str, path: str) -> bool:
        """Whether the ``.dockerignore`` of ``context`` leaves ``path`` (in it) out."""

    def divides(self, context: str, path: str) -> tuple[Place, str] | None:
        """The line of that ``.dockerignore`` which treats a part of what is at ``path`` apart.

        With the pattern that it has.
        """


@dataclass(frozen=True)
class Out:
    """Files that came out of an image: ``path`` in it, by an action at ``place``.

    ``plain_mode`` says that only the content came out (a redirection), not the mode. ``archive``
    says that they came out as one tar, of the ``members``: names in it and paths in the image.
    ``piped`` says that they go into a build as a tar, with their owners, ``compressed`` that
    the archive is.
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
    """A copy of a file of the project; the path is of that file."""

    path: str
    place: Place


@dataclass(frozen=True)
class Written:
    """A file that the script writes itself; ``content`` is None if it is not known.

    ``open`` are the parts that the script's user or a run decides.
    """

    content: str | None
    place: Place
    open: tuple[str, ...] = ()


Origin = Out | Alias | Written


@dataclass
class Host:
    """What the script has put where so far.

    ``onto_names`` are places at which something was put that was neither a directory by then nor
    cleared away before: a second run may find a directory there. ``cleared`` is where files of the
    project's own were removed, by their path. ``earlier`` is what came into a directory before what
    ``placed`` has there, and was merged with it. ``trimmed`` are parts of artifacts that were taken
    away on the host, each with the place of the command that did.
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
        """``mkdir -p``: those above it are there then, too."""
        at = key(path)
        while at not in {"", ".", "/"}:
            self.directories.add(at)
            at = posixpath.dirname(at)

    def is_directory(self, path: HostPath) -> bool:
        """Whether ``cp`` or ``docker cp`` to it puts things into it.

        A slash at its end makes no directory of it: docker cp makes one, and copies the contents.
        """
        name = key(path)
        if name == "." or name in self.directories:
            return True
        if any(placed.startswith(f"{name}/") for placed in self.placed):
            return True
        return path.in_project and name not in self.removed and self.ground.is_own_directory(name)

    def put(self, origin: Origin, name: str, destination: HostPath) -> str:
        """Put something called ``name`` to ``destination``, into it if it is a directory."""
        at = key(destination)
        if self.is_directory(destination):
            at = _below(at, name)
        elif isinstance(before := self.placed.get(at), Out) and before != origin:
            raise InputError(
                f"{at} is there already; whether it is a directory, which this goes into, or a "
                "file, which this replaces, is not known",
                place=origin.place,
                hint="give each artifact a different name",
            )
        elif at not in self.removed:
            self.onto_names.add(at)
        self.placed[at] = origin
        return at

    def put_contents(self, origin: Origin, destination: HostPath) -> str:
        """Put what is in a directory to what becomes a directory."""
        at = key(destination)
        self.directories.add(at)
        self.merge(at, origin)
        return at

    def merge(self, at: str, origin: Origin) -> None:
        """Let what is in a directory come to ``at``, beside what came there before.

        Raises InputError if that may be a file.
        """
        before = self.placed.get(at)
        if isinstance(before, Out) and before != origin:
            if not before.path.endswith("/.") or before.archive:
                raise InputError(
                    f"{at} is there already; whether it is a directory, with which this is merged, "
                    "is not known",
                    place=origin.place,
                    hint="give each artifact a different name",
                )
            self.earlier.setdefault(at, []).append(before)
        self.placed[at] = origin

    def copy(self, origin: HostPath, destination: HostPath, place: Place) -> bool:
        """``cp``; whether what is copied came out of an image, or goes where the project isn't."""
        start = key(origin)
        name = posixpath.basename(start)
        found = list(self.below(start))
        if not found:
            if not origin.in_project and not origin.symbols:
                # A file of the machine, or of the directory above.
                self.put(Written(None, place), name, destination)
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
        # With "/*" at its end, what is in the directory but for names that begin with a dot.
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
        """What is cleared in a directory, by its path in there."""
        yield from _within(context, self.cleared)

    def trimmed_in(self, context: str) -> Iterator[tuple[str, Place]]:
        """What is taken away from artifacts in a directory, by its path in there."""
        yield from _within(context, self.trimmed)

    def left(self) -> Iterator[tuple[str, Origin]]:
        """What is on the host at the end, but for temporary directories; paths as shown."""
        for at, origin in self._all():
            if not at.startswith(("$(", "/tmp/", "/dev/", "/var/tmp/")):
                yield at, origin

    def _all(self) -> Iterator[tuple[str, Origin]]:
        """What is where, in the order in which what is merged came there."""
        for at, origin in self.placed.items():
            yield from ((at, one) for one in self.earlier.get(at, ()))
            yield at, origin

    def below(self, directory: str) -> Iterator[tuple[str, Origin]]:
        """What was put at or below a path, with the rest of its path (``.``: the path itself).

        Of something that came out as a whole, a part below it is found too.
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
    """The path as it is kept here."""
    return str(replace(path, ending=""))
