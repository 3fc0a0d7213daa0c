"""A run's staging directory, and what a later run learns from the directory's name.

``bpkit.<project>.<host>.<process>.<run_id>`` below ``$TMPDIR``: while the process lives on
this host, the run is active; a directory whose process is gone was left by a run that was
killed, and that run's containers carry its ``run_id``. So a later run finds what to
remove without asking the engine. The run id of a run that stages nothing has all of this.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Staging:
    """A staging directory: its path, and the part of its name that no other run has."""

    path: Path
    run_id: str


def make_staging(project: str) -> Staging:
    """A new, empty directory that only this user can enter. Raises OSError."""
    prefix = f"{staging_prefix(project)}{os.getpid()}."
    path = Path(tempfile.mkdtemp(prefix=prefix, dir=_parent()))
    return Staging(path, path.name[len(prefix) :])


def left_over(project: str) -> Iterator[Staging]:
    """This project's staging directories on this host whose runs were killed."""
    for staging, process in _stagings(project):
        if not _lives(process):
            yield staging


def still_on(project: str) -> frozenset[str]:
    """The ids of this project's active runs on this host."""
    return frozenset(staging.run_id for staging, process in _stagings(project) if _lives(process))


def unstaged_run() -> str:
    """The id of a run that stages nothing, which names its host and process."""
    return f"{_host()}.{os.getpid()}.{uuid.uuid4().hex[:12]}"


def is_on(run_id: str) -> bool:
    """Whether the run of an ``unstaged_run`` id is active on this host; False for any other id."""
    host, _, rest = run_id.rpartition(".")[0].rpartition(".")
    if host != _host() or not (rest.isascii() and rest.isdigit()):
        return False
    return _lives(int(rest))


def _stagings(project: str) -> Iterator[tuple[Staging, int]]:
    """This user's staging directories for this project on this host, each with its run's process.

    Anybody can create a directory with such a name in a shared /tmp; only
    its owner shows whose it is.
    """
    prefix = staging_prefix(project)
    for path in sorted(_parent().glob(f"{_escaped(prefix)}*")):
        process, _, run_id = path.name[len(prefix) :].partition(".")
        try:
            status = path.lstat()
        except OSError:
            continue
        if not stat.S_ISDIR(status.st_mode) or not _is_mine(status):
            continue
        if process.isascii() and process.isdigit() and run_id:
            yield Staging(path, run_id), int(process)


def remove_tree(path: Path) -> None:
    """Remove ``path`` and everything below it, if it exists. Raises OSError.

    Artifacts keep their modes, so there may be directories without write permission (a Go module
    cache is full of them), whose contents even their owner can't remove.
    """
    if path.is_symlink() or path.is_file():
        path.unlink()
        return
    if not path.exists():
        return
    try:
        shutil.rmtree(path)
    except PermissionError:
        for directory, _, _ in os.walk(path):
            # rmtree has started: some directories no longer exist.
            if os.path.isdir(directory):
                os.chmod(directory, 0o700)
            for name in os.listdir(directory):
                below = os.path.join(directory, name)
                if os.path.isdir(below) and not os.path.islink(below):
                    os.chmod(below, 0o700)
        shutil.rmtree(path)


def _parent() -> Path:
    # Commands run in the project's directory, where a relative path would mean something else.
    return Path(os.path.abspath(os.environ.get("TMPDIR") or "/tmp"))


def staging_prefix(project: str) -> str:
    """How the names of this project's staging directories on this host begin."""
    return f"bpkit.{project}.{_host()}."


def _host() -> str:
    """This host's name, as ``uname -n`` prints it; on Windows, from the environment."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _is_mine(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def _escaped(text: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
