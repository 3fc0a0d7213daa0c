"""HTTPS over the sidecar's program, to a service with a certificate of its own."""

from __future__ import annotations

import http.client
import platform
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bpkit.verbs.trial.sidecar import Sidecar, sidecar_program
from bpkit.verbs.trial.tls import TlsTunnel

LARGE = b"goods " * 60_000


class Till(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(LARGE)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[::-1])

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def sidecar(tmp_path: Path) -> Iterator[Sidecar]:
    path = tmp_path / "sidecar"
    path.write_bytes(sidecar_program(platform.machine()))
    path.chmod(0o755)
    running = Sidecar((str(path),))
    yield running
    running.close()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=till.example", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), Till)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(sidecar: Sidecar, port: int, method: str, body: bytes = b"") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("localhost", port)
    tunnel: Any = TlsTunnel(sidecar.connect("127.0.0.1", port, 10))
    connection.sock = tunnel
    connection.request(method, "/", body=body or None)
    response = connection.getresponse()
    return response.status, response.read()


def test_a_self_signed_certificate_for_another_name_is_accepted(
    sidecar: Sidecar, port: int
) -> None:
    # Of an answer without a length the end is where the service closes.
    assert ask(sidecar, port, "GET") == (200, LARGE)
    assert ask(sidecar, port, "POST", LARGE) == (200, LARGE[::-1])


def test_https_to_a_service_without_tls_is_an_os_error(sidecar: Sidecar) -> None:
    def answer(listener: socket.socket) -> None:
        peer, _ = listener.accept()
        peer.recv(1000)
        peer.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        peer.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
        with pytest.raises(OSError, match=r"(?i)wrong version|ssl|tls"):
            TlsTunnel(sidecar.connect("127.0.0.1", listener.getsockname()[1], 5))
