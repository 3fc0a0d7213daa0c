"""The container beside the one under trial: it shares its network, and reports on it.

Its image contains one program, which comes with bpkit (``sidecar/sidecar.c``), so the image under
trial needs no tool, no network and no published port, and the engine may be on another machine.
"""

from __future__ import annotations

import errno
import io
import ipaddress
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources

from bpkit.core import Engine, image_label, start
from bpkit.verbs.trial.result import ListeningSocket
from bpkit.verbs.trial.sockets import listening_sockets

_MACHINES = {
    "amd64": "amd64",
    "x86_64": "amd64",
    "arm64": "arm64",
    "aarch64": "arm64",
}
_PIECE = 1 << 16
_ANSWER = 65.0
_GOODBYE = 3.0


class NoSidecarError(Exception):
    """There is no sidecar for this engine, or it can't run beside this container."""


def sidecar_program(machine: str) -> bytes:
    """The sidecar's program for engines of this machine. Raises NoSidecarError."""
    name = _MACHINES.get(machine)
    if name is None:
        raise NoSidecarError(f"bpkit has no sidecar for engines on {machine or 'this machine'}")
    file = resources.files("bpkit.verbs.trial") / "sidecar" / f"sidecar-{name}"
    return file.read_bytes()


@contextmanager
def sidecar_image(engine: Engine, machine: str, project: str, name: str) -> Iterator[str]:
    """An image of the sidecar called ``name``, for the duration of the block.

    Raises NoSidecarError if it can't be made.
    """
    program = sidecar_program(machine)
    label = image_label(project, "sidecar")
    try:
        with tempfile.TemporaryDirectory(prefix="bpkit-sidecar-") as directory:
            path = os.path.join(directory, "sidecar.tar")
            _write_tar(path, program)
            done = engine.attempt("import", "--change", f"LABEL {label}", path, name)
        if done.status != 0:
            raise NoSidecarError(f"the engine can't import the sidecar: {done.stderr.strip()}")
        yield name
    finally:
        engine.attempt("rmi", "--force", name)


def _write_tar(path: str, program: bytes) -> None:
    import tarfile

    with tarfile.open(path, "w") as tar:
        entry = tarfile.TarInfo("sidecar")
        entry.mode, entry.size = 0o755, len(program)
        tar.addfile(entry, io.BytesIO(program))


class Sidecar:
    """A running sidecar, or the same program started with another command."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._process = start(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._lock = threading.Lock()

    def listening(self) -> tuple[ListeningSocket, ...]:
        """The sockets that are listening now. Raises NoSidecarError if the sidecar has ended."""
        _, tables = self._ask(b"L\n")
        return listening_sockets(tables.decode("ascii", "replace"))

    def connect(self, address: str, port: int, seconds: float) -> TunnelSocket:
        """A connection to a service in the shared network. Raises OSError and NoSidecarError."""
        digits = ipaddress.ip_address(address).packed.hex()
        self._ordered(f"O {digits} {port} {_millis(seconds)}\n".encode())
        return TunnelSocket(self, seconds)

    def close(self) -> None:
        """End it; by closing its input if it still reads that, so that the engine removes the
        container by itself."""
        with suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GOODBYE)
        self._process.kill()
        self._process.wait()

    def write(self, data: bytes) -> None:
        """Send ``data`` on the connection. Raises OSError and NoSidecarError."""
        self._ordered(f"W {len(data)}\n".encode() + data)

    def read(self, length: int, seconds: float) -> bytes:
        """Bytes from the connection, none at its end. Raises OSError and NoSidecarError."""
        return self._ordered(f"R {min(length, _PIECE)} {_millis(seconds)}\n".encode())

    def hang_up(self) -> None:
        """Close the connection."""
        self._ordered(b"C\n")

    def _ordered(self, order: bytes) -> bytes:
        number, data = self._ask(order)
        if number == errno.ETIMEDOUT:
            raise TimeoutError(number, "no answer in time")
        if number:
            raise OSError(number, os.strerror(number))
        return data

    def _ask(self, order: bytes) -> tuple[int, bytes]:
        assert self._process.stdin
        assert self._process.stdout
        # A client that hangs must not block bpkit.
        watch = threading.Timer(_ANSWER, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            with self._lock:
                self._process.stdin.write(order)
                self._process.stdin.flush()
                head = self._line()
                number, length = (int(part) for part in head.split())
                return number, self._exactly(length)
        except (OSError, ValueError, EOFError):
            raise NoSidecarError(self._last_words()) from None
        finally:
            watch.cancel()

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            line += self._exactly(1)
        return line

    def _exactly(self, length: int) -> bytes:
        assert self._process.stdout
        data = bytearray()
        while len(data) < length:
            piece = self._process.stdout.read(length - len(data))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def _last_words(self) -> str:
        self._process.kill()
        _, errors = self._process.communicate()
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "the sidecar has ended"


class TunnelSocket:
    """The sidecar's connection with the part of a socket's interface that ``http.client`` uses."""

    def __init__(self, sidecar: Sidecar, seconds: float) -> None:
        self._sidecar = sidecar
        self._seconds = seconds

    def sendall(self, data: bytes) -> None:
        self._sidecar.write(bytes(data))

    def recv(self, length: int) -> bytes:
        return self._sidecar.read(length, self._seconds)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TunnelReader(self))

    def close(self) -> None:
        """Do nothing: the answer may still be read; the next connection replaces this one."""


class _TunnelReader(io.RawIOBase):
    def __init__(self, socket: TunnelSocket) -> None:
        self._socket = socket

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._socket.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _millis(seconds: float) -> int:
    return max(1, int(seconds * 1000))
