"""A second directory with the same files, where a change can be tried before it is made."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bpkit.core import remove_tree


@contextmanager
def duplicated(directory: Path) -> Iterator[Path]:
    """A directory with the files of ``directory``, until the block ends.

    Files are hard links where the file system allows it: a file may be replaced or removed there,
    but not modified in place. A file that can't be read can't be read in the copy either. Raises
    OSError.
    """
    # BuildKit keeps the copies of contexts by the last part of their paths.
    root = Path(tempfile.mkdtemp(prefix=f"bpkit.{os.getpid()}."))
    copy = root / root.name.rpartition(".")[2]
    try:
        _fill(directory, copy)
        yield copy
    finally:
        remove_tree(root)


def _fill(directory: Path, copy: Path) -> None:
    copy.mkdir()
    try:
        found = list(os.scandir(directory))
    except PermissionError:
        copy.chmod(0)
        return
    for one in found:
        target = copy / one.name
        if one.is_symlink():
            target.symlink_to(os.readlink(one.path))
        elif one.is_dir():
            _fill(Path(one.path), target)
        elif one.is_file():
            _same_file(one.path, target)
        # Sockets and FIFOs are not part of a build context.
    shutil.copystat(directory, copy)


def _same_file(path: str, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:
        # Another file system, or another user's file.
        try:
            shutil.copy2(path, target)
        except PermissionError:
            target.touch()
            target.chmod(stat.S_IMODE(os.stat(path).st_mode) & ~0o444)
