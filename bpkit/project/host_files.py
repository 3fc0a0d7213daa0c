"""The host files that go into a staged build context, and digests of them.

The classic builder uploads the whole context for every build; a directory with just the files
that the Dockerfile names costs it a copy instead. BuildKit fetches what it needs by itself.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bpkit.core import WHOLE, HostFiles, Image, Recipe
from bpkit.formats.context import ContextNeeds, ContextSource, needs
from bpkit.formats.text import parents
from bpkit.project.extended_attributes import attributes, has_capability
from bpkit.project.regular_file import read_regular

#: Beyond this many bytes a copy costs more than it saves; with more paths a command is too long.
MOST_BYTES = 64 << 20
MOST_PATHS = 500
#: Beyond this many bytes or files the engine's own cache finds changes faster.
MOST_READ_BYTES = 32 << 20
MOST_READ_FILES = 2000
IGNORE_FILE = ".dockerignore"


def staged_files(
    recipe: Recipe,
    directory: Path,
    build_args: Mapping[str, str],
    *,
    buildkit: bool,
    patterns: bool = True,
) -> dict[str, HostFiles]:
    """The host files by the name of the image whose context they are staged in.

    An image that artifacts are copied to has a staged context in any case. Without ``patterns``
    the files that match one aren't looked up now: the whole context is used instead. Raises
    InputError.
    """
    found: dict[str, HostFiles] = {}
    for image in recipe.images:
        root = directory / image.context
        if image.artifacts:
            found[image.name] = _beside_artifacts(image, root, build_args, patterns)
        elif not buildkit and (files := _instead_of_context(image, root, build_args, patterns)):
            found[image.name] = files
    return found


def _beside_artifacts(
    image: Image, root: Path, build_args: Mapping[str, str], patterns: bool
) -> HostFiles:
    """The host files that the image needs besides its artifacts."""
    sources = needs(image.dockerfile, build_args=build_args).sources
    made = frozenset(artifact.destination for artifact in image.artifacts)
    patterns_made = frozenset(artifact.pattern for artifact in image.artifacts)
    wanted = [
        source
        for source in sources
        if source.pattern not in patterns_made and not _is_artifact(source, made, root)
    ]
    paths = _paths(wanted, root, patterns)
    if paths is None:
        return HostFiles((WHOLE,), _ignore(root))
    return HostFiles(paths, _ignore(root)) if paths else HostFiles()


def _is_artifact(source: ContextSource, made: frozenset[str], root: Path) -> bool:
    """Whether the source is at one of the destinations of artifacts, or is in one."""
    if source.pattern in made or any(directory in made for directory in parents(source.pattern)):
        return True
    # Artifacts that fill the context itself are beside the host's files in it.
    return "." in made and not source.glob and not os.path.lexists(root / source.pattern)


def _instead_of_context(
    image: Image, root: Path, build_args: Mapping[str, str], patterns: bool
) -> HostFiles | None:
    """The files to stage instead of sending the whole context; None if that isn't worth it."""
    files = needed_files(image, root, build_args, patterns=patterns)
    if WHOLE in files.paths or len(files.paths) > MOST_PATHS:
        return None
    if not all(os.path.lexists(root / path) for path in files.paths):
        # It belongs to a stage that isn't needed; the engine decides whether it matters.
        return None
    if sum(_sizes(root, files.paths)) > MOST_BYTES:
        return None
    if any(has_capability(file) for path in files.paths for file in _files(root / path)):
        # POSIX's cp, which stages them, leaves capabilities behind.
        return None
    return files


def whole_contexts(
    recipe: Recipe,
    directory: Path,
    build_args: Mapping[str, str],
    staged: Mapping[str, HostFiles],
) -> frozenset[str]:
    """The images that take files from a context that is given to the engine as it is.

    Raises InputError.
    """
    return frozenset(
        image.name
        for image in recipe.images
        if image.name not in staged
        and needed_files(image, directory / image.context, build_args, patterns=False).paths
    )


def needed_files(
    image: Image, root: Path, build_args: Mapping[str, str], *, patterns: bool = True
) -> HostFiles:
    """The host files that any stage of the image takes, or the whole context. Raises InputError.

    Files that ``.dockerignore`` excludes are still among them.
    """
    found = needs(image.dockerfile, build_args=build_args, unused_stages=True)
    paths = _paths(list(found.sources), root, patterns)
    return HostFiles((WHOLE,) if paths is None else paths, _ignore(root))


def _paths(sources: list[ContextSource], root: Path, patterns: bool) -> tuple[str, ...] | None:
    """The paths to copy from ``root`` for these sources; None if all of it is needed."""
    if any(s.pattern == WHOLE or not s.known or s.parents for s in sources):
        return None
    if not patterns and any(s.glob for s in sources):
        return None
    literal = [s.pattern for s in sources if not s.glob]
    if len(literal) == len(sources) and not any(_is_linked(root, path) for path in literal):
        return tuple(_topmost(sorted(set(literal))))
    # Seldom needed, and slow to import.
    from bpkit.formats.context import matching
    from bpkit.project.listing import read_tree

    found = matching(ContextNeeds(tuple(sources)), read_tree(root))
    return found.paths


def _topmost(paths: list[str]) -> Iterator[str]:
    kept: set[str] = set()
    for path in paths:
        if not any(above in kept for above in parents(path)):
            kept.add(path)
            yield path


def _is_linked(root: Path, path: str) -> bool:
    return any((root / part).is_symlink() for part in (path, *parents(path)))


def _sizes(root: Path, paths: tuple[str, ...]) -> Iterator[int]:
    for path in paths:
        for file in _files(root / path):
            yield file.lstat().st_size


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir() or path.is_symlink():
        yield path
        return
    for directory, _, names in os.walk(path):
        yield from (Path(directory, name) for name in sorted(names))


def _ignore(root: Path) -> str | None:
    path = root / IGNORE_FILE
    try:
        return read_regular(path, IGNORE_FILE).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None


@dataclass(frozen=True)
class FilesDigest:
    """Digests of files: of their paths, modes, extended attributes and contents, and of the traces
    that any change leaves.

    ``stamps`` are of inodes and change times: a file that was edited and edited back has other
    ones. Both are empty if reading the files isn't worth it.
    """

    content: str = ""
    stamps: str = ""


def digest(root: Path, files: HostFiles) -> FilesDigest:
    """A digest of the host files. Raises OSError."""
    found = hashlib.sha256((files.ignore or "").encode("utf-8", "surrogateescape"))
    stamps = hashlib.sha256()
    count = size = 0
    for path, status in (entry for top in files.paths for entry in _entries(root, top)):
        count, size = count + 1, size + status.st_size
        if count > MOST_READ_FILES or size > MOST_READ_BYTES:
            return FilesDigest()
        stamps.update(stamp(status))
        found.update(b"\0%b\0%o\0" % (os.fsencode(path), status.st_mode))
        found.update(attributes(root / path))
        if stat.S_ISLNK(status.st_mode):
            found.update(os.fsencode(os.readlink(root / path)))
        elif stat.S_ISREG(status.st_mode):
            found.update(_content_digest(root / path))
    return FilesDigest(found.hexdigest(), stamps.hexdigest())


def stamp(status: os.stat_result) -> bytes:
    """A value that any change of a file changes: a change time can't be set back."""
    return b"%d %d\0" % (status.st_ino, status.st_ctime_ns)


def _entries(root: Path, path: str) -> Iterator[tuple[str, os.stat_result]]:
    """``path`` and, if it is a directory, everything below it."""
    status = os.lstat(root / path)
    yield path, status
    if stat.S_ISDIR(status.st_mode):
        for name in sorted(os.listdir(root / path)):
            yield from _entries(root, posixpath.join(path, name))


def _content_digest(path: Path) -> bytes:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.digest()
