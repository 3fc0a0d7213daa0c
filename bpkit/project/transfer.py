"""The path by which a build context is given to BuildKit, so that it sees every edit.

BuildKit keeps a copy of each context that it was sent, by the last part of its directory's path,
and is sent anew only the files whose size, mode or time of modification differ from the copy's,
whatever ``--no-cache`` says (moby/buildkit's fsutil; seen on Docker 26.1). A file with new content
but the old size and time (``cp -p``, ``mv``, ``tar x``, ``rsync -t``) counts as unchanged, and so
does a directory with another mode.
Such an edit can't hide its change time (ctime), which can't be set. Only a directory that replaced
another one hides it, since nothing in it has changed; its inode number shows it. A context with
such a file or directory is given to the engine under a path of its own, a symbolic link: then
everything needed is sent again, and later, under the same path, only what differs.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bpkit.core import WHOLE, HostFiles, Image, Recipe
from bpkit.formats.text import parents
from bpkit.project.cache import cache_directory
from bpkit.project.host_files import IGNORE_FILE, needed_files

if TYPE_CHECKING:
    from bpkit.formats.dockerignore import Ignore, IgnoreVerdict

# An ordinary edit leaves both times equal, one through a new file and a rename almost.
_ALMOST = 100_000_000
# How much the clocks of a machine and its file servers may differ.
_SKEW = 2_000_000_000
# For more directories only a digest is kept: then a new one counts as a replaced one, and
# everything is sent again.
_MOST_DIRECTORIES = 4000
# A link that no build has used for this many seconds is removed.
_LONG_UNUSED = 14 * 86_400.0


@dataclass(frozen=True)
class Transfer:
    """A path under which the engine is given a context, and since when it holds what was sent.

    ``path`` is empty for the context's own. ``since`` is when the last transfer by this path
    began, in nanoseconds; 0 if bpkit has no record of one. ``directories`` are the ones that were
    sent, by their paths.
    """

    path: str = ""
    since: int = 0
    directories: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Transfers:
    """How the contexts of a project's images reached BuildKit so far, by the contexts' paths.

    ``before`` is what an earlier run recorded, ``sent`` what this one sends.
    """

    directory: Path
    build_args: Mapping[str, str]
    before: Mapping[str, Transfer] = field(default_factory=dict)
    sent: dict[str, Transfer] = field(default_factory=dict)

    def reached_by(self, recipe: Recipe, staged: Mapping[str, HostFiles]) -> dict[str, str]:
        """The path under which a build that begins now gives each context to BuildKit.

        Contexts that are given under their own path are left out, and so are staged ones, whose
        paths are new each time. Raises InputError.
        """
        wanted: dict[str, list[tuple[Path, HostFiles]]] = {}
        for image in recipe.images:
            if not image.artifacts and image.name not in staged:
                wanted.setdefault(image.context, []).extend(self._taken(image))
        for path, taken in wanted.items():
            known = self.sent.get(path) or self.before.get(path, Transfer())
            self.sent[path] = next_transfer(self.directory / path, taken, known)
        return {path: self.sent[path].path for path in wanted if self.sent[path].path}

    def _taken(self, image: Image) -> Iterator[tuple[Path, HostFiles]]:
        """The files that BuildKit takes from the image's context, and from its named ones.

        It keeps copies of the named ones by their names and the main context's path.
        """
        yield self.directory / image.context, self._files(image)
        for _, value in image.contexts:
            if (self.directory / value).is_dir():
                yield self.directory / value, HostFiles((WHOLE,))

    def _files(self, image: Image) -> HostFiles:
        files = needed_files(image, self.directory / image.context, self.build_args)
        # If the Dockerfile has an ignore file of its own, the context's doesn't apply.
        own = self.directory / f"{image.path}{IGNORE_FILE}"
        return files.without_ignore() if image.path and own.exists() else files


def next_transfer(
    root: Path, taken: Iterable[tuple[Path, HostFiles]], before: Transfer
) -> Transfer:
    """The transfer of the context at ``root`` that a build begins now, of the files in ``taken``.

    These are relative to the directories that they are named with.
    """
    now = time.time_ns()
    known = before
    if before.path and not os.path.islink(before.path):
        known = Transfer()
    # If the clock was set back, times don't show what was sent.
    since = known.since if known.since <= now else 0
    directories: dict[str, str] = {}
    is_unseen = False
    for number, (directory, files) in enumerate(taken):
        for path, status in _entries(directory, files):
            is_unseen = is_unseen or _is_unseen_edit(status, since)
            if stat.S_ISDIR(status.st_mode):
                directories[f"{number}/{path}"] = f"{status.st_ino:x} {status.st_mode:o}"
    directories = _few(directories)
    if is_unseen or _has_another(known.directories, directories):
        return Transfer(_new_link(root), now, directories)
    if known.path:
        with suppress(OSError):
            os.utime(known.path, follow_symlinks=False)
    return Transfer(known.path, now, directories)


def _is_unseen_edit(status: os.stat_result, since: int) -> bool:
    """Whether this was changed since then without a visible change of its modification time.

    That time may also be in the future.
    """
    apart = abs(status.st_ctime_ns - status.st_mtime_ns)
    return apart > _ALMOST and status.st_ctime_ns > since - _SKEW


def _few(directories: dict[str, str]) -> dict[str, str]:
    """The directories, or a digest of them if there are too many to remember."""
    if len(directories) <= _MOST_DIRECTORIES:
        return directories
    text = repr(sorted(directories.items())).encode("utf-8", "surrogateescape")
    return {"": hashlib.sha256(text).hexdigest()}


def _has_another(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether a directory isn't the one that was sent from its path, or has another mode."""
    return any(before.get(path, one) != one for path, one in now.items())


def _entries(root: Path, files: HostFiles) -> Iterator[tuple[str, os.stat_result]]:
    """The regular files and directories among these, and the directories above them.

    Directories that the builder doesn't enter are left out.
    """
    ignore: Ignore | None = None
    if files.ignore is not None:
        # Seldom needed, and slow to import.
        from bpkit.formats.dockerignore import Ignore

        ignore = Ignore.parse(files.ignore, ".dockerignore")
    waiting: list[tuple[str, IgnoreVerdict | None]] = []
    for path in files.paths:
        waiting.append(("" if path == WHOLE else path, None))
    for path in {above for one, _ in waiting if one for above in ("", *parents(one))}:
        with suppress(OSError):
            yield path, os.lstat(root / path)
    while waiting:
        path, above = waiting.pop()
        verdict = ignore.below(above, path) if ignore and path else above
        try:
            status = os.lstat(root / path)
            if stat.S_ISREG(status.st_mode):
                yield path, status
            if not stat.S_ISDIR(status.st_mode) or (verdict is not None and not verdict.entered):
                continue
            yield path, status
            with os.scandir(root / path) as items:
                for item in items:
                    below = f"{path}/{item.name}" if path else item.name
                    if item.is_dir(follow_symlinks=False):
                        waiting.append((below, verdict))
                    elif item.is_file(follow_symlinks=False):
                        yield below, item.stat(follow_symlinks=False)
        except OSError:
            # The engine decides whether a file that can't be read is needed at all.
            continue


def _new_link(root: Path) -> str:
    """A symbolic link to ``root`` that no build has used yet."""
    directory = cache_directory() / "contexts"
    name = f"{root.resolve().name[:32]}-{os.urandom(6).hex()}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _remove_unused(directory)
        link = directory / name
        link.symlink_to(root.resolve())
    except OSError:
        # No cache directory: the link is for this run alone, in the system's temporary directory.
        link = Path(tempfile.mkdtemp(prefix="bpkit-context-"), name)
        link.symlink_to(root.resolve())
    return str(link)


def _remove_unused(directory: Path) -> None:
    old = time.time() - _LONG_UNUSED
    for path in directory.iterdir():
        if path.is_symlink() and path.lstat().st_mtime < old:
            path.unlink(missing_ok=True)
