"""HTTPS to a service under trial: TLS over the sidecar's connection.

The certificate is not verified: a service under trial has a self-signed one, or one that
isn't for ``localhost``. The trial only tests whether it answers.
"""

from __future__ import annotations

import io
import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpkit.verbs.trial.sidecar import TunnelSocket

_PIECE = 1 << 16


class TlsTunnel:
    """TLS over a tunnel, with the part of a socket's interface that ``http.client`` uses.

    Raises OSError, which includes TLS errors.
    """

    def __init__(self, tunnel: TunnelSocket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._tunnel = tunnel
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_hostname="localhost")
        while True:
            try:
                self._object.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
        self._flush()

    def sendall(self, data: bytes) -> None:
        view = memoryview(bytes(data))
        while view:
            view = view[self._object.write(view) :]
            self._flush()

    def recv(self, length: int) -> bytes:
        """Bytes of the answer, none at its end, even if the service closes without notice."""
        while True:
            try:
                return self._object.read(length)
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TlsReader(self))

    def close(self) -> None:
        """Do nothing, like the tunnel itself."""

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._tunnel.sendall(data)

    def _fill(self) -> None:
        if data := self._tunnel.recv(_PIECE):
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


class _TlsReader(io.RawIOBase):
    def __init__(self, tunnel: TlsTunnel) -> None:
        self._tunnel = tunnel

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._tunnel.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)
