"""Starts programs through plumbum; no other module runs commands with it.

plumbum is imported on the first call, because its import takes longer than the rest of a
warm build's Python. Arguments must be strings: plumbum silently drops ``None`` and flattens
lists.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import IO, Any

from bpkit.core.signals import held_back
from bpkit.light import dataclass

Stream = int | IO[Any] | None

# Seconds that a command may take to end after SIGTERM.
_PATIENCE = 2.0
_running: list[subprocess.Popen[bytes]] = []


class ProgramMissingError(Exception):
    """The program is not on PATH, or can't be executed."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program


@dataclass(frozen=True)
class Completed:
    """A finished command: its status (negative if killed by a signal) and its output."""

    argv: tuple[str, ...]
    status: int
    stdout: str
    stderr: str


def start(
    argv: Sequence[str],
    *,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = None,
    stderr: Stream = None,
) -> subprocess.Popen[bytes]:
    """Start a command, with nothing on standard input unless ``stdin`` says otherwise; None
    inherits ours.

    Pipes are not buffered here; the reader of a stream buffers it.
    ``env`` is added to the environment. Raises ProgramMissingError.
    """
    load_plumbum()
    from plumbum import CommandNotFound, local

    _renew_environment(local.env)
    _running[:] = [one for one in _running if one.returncode is None]
    try:
        with held_back():
            process: subprocess.Popen[bytes] = local[argv[0]].popen(
                tuple(argv[1:]),
                cwd=cwd,
                env=dict(env or {}),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                bufsize=0,
            )
            _running.append(process)
    except (CommandNotFound, PermissionError, FileNotFoundError):
        if cwd is not None and not os.access(cwd, os.X_OK):
            raise
        raise ProgramMissingError(argv[0]) from None
    return process


def end_running() -> None:
    """End commands that nothing waits for any more, so that none outlives the run."""
    left = [one for one in _running if one.returncode is None and one.poll() is None]
    for process in left:
        process.terminate()
    for process in left:
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def output(
    argv: Sequence[str], *, cwd: str | None = None, env: Mapping[str, str] | None = None
) -> Completed:
    """Run a command to its end and keep what it wrote. Raises ProgramMissingError."""
    process = start(argv, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return completed(tuple(argv), process)


def completed(argv: tuple[str, ...], process: subprocess.Popen[bytes]) -> Completed:
    """Wait for a command that was started with pipes; end it if the wait is interrupted."""
    try:
        out, err = process.communicate()
    except BaseException:
        process.terminate()
        raise
    return Completed(
        argv,
        process.returncode,
        out.decode("utf-8", "surrogateescape"),
        err.decode("utf-8", "surrogateescape"),
    )


def _renew_environment(env: Any) -> None:
    """Update plumbum's environment, which is a copy made when plumbum was imported."""
    for name in env.getdict().keys() - os.environ.keys():
        del env[name]
    env.update(os.environ)


def load_plumbum() -> None:
    """Import plumbum without the modules that it needs only for remote machines.

    urllib.request, which imports http, ssl and email, is a third of plumbum's import. Like
    the others, it is imported when one of its functions is called. (From Python 3.15 on,
    plumbum does this itself.)
    """
    if "plumbum" in sys.modules:
        return
    put_off = {
        name: _PutOff(name, load)
        for name, load in _FOR_OTHER_MACHINES.items()
        if name not in sys.modules
    }
    sys.modules.update(put_off)
    try:
        import plumbum  # noqa: F401
    finally:
        # Other importers get the real modules.
        for name, module in put_off.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


class _PutOff(ModuleType):
    """Stands in for a module until one of its attributes is used."""

    def __init__(self, name: str, load: Callable[[], ModuleType]) -> None:
        super().__init__(name)
        self._load = load

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._load(), name)


def _urllib_request() -> ModuleType:
    import urllib.request

    return urllib.request


def _socket() -> ModuleType:
    import socket

    return socket


def _pickle() -> ModuleType:
    import pickle

    return pickle


# Modules that plumbum needs only for remote machines and daemons.
_FOR_OTHER_MACHINES = {"urllib.request": _urllib_request, "socket": _socket, "pickle": _pickle}
