"""Programs of this machine, started through plumbum: the only module that imports it to run them.

plumbum is imported on the first call, because the import alone costs more than a warm build's
share of Python. Arguments are strings and only strings: plumbum drops ``None`` and flattens lists
without a word.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import IO, Any

from bpkit.core.signals import held_back

Stream = int | IO[Any] | None

# How long a command may take to end when it is told to, in seconds.
_PATIENCE = 2.0
_running: list[subprocess.Popen[bytes]] = []


class ProgramMissingError(Exception):
    """There is no such program on PATH (or it can't be executed)."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program


@dataclass(frozen=True)
class Completed:
    """What a command that has ended left: its status (negative: killed by a signal), its output."""

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
    """Start a command, with nothing on standard input unless ``stdin`` says otherwise; None lets
    it write where we write.

    What comes through a pipe is not buffered here: who reads a stream has a buffer of his own.
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
        if cwd is not None and not os.path.isdir(cwd):
            raise
        raise ProgramMissingError(argv[0]) from None
    return process


def end_running() -> None:
    """End the commands that nobody waits for any more, so that none outlives the run."""
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
    """What a command leaves that was started with pipes; it is ended where waiting for it is."""
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
    """Give plumbum the environment of now: it keeps a copy of that of its import."""
    for name in env.getdict().keys() - os.environ.keys():
        del env[name]
    env.update(os.environ)


def load_plumbum() -> None:
    """Import plumbum without what it imports for other machines and bpkit never asks of it.

    urllib.request, with http, ssl and email behind it, is a third of plumbum's import. It stays
    out until a function of it is called, as do the others. (From Python 3.15 on plumbum does the
    same by itself.)
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
        # Whoever else imports them gets the real ones.
        for name, module in put_off.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


class _PutOff(ModuleType):
    """Stands for a module until something in it is wanted."""

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


# What plumbum asks only when it speaks to other machines, or starts daemons.
_FOR_OTHER_MACHINES = {"urllib.request": _urllib_request, "socket": _socket, "pickle": _pickle}
