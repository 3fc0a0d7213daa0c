"""The sidecar's program, run here without a container: the same bytes that an engine is given."""

from __future__ import annotations

import http.client
import os
import platform
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bpkit.verbs.trial.sidecar import NoSidecarError, Sidecar, sidecar_program
from tests.places import ROOT

SOURCE = ROOT / "bpkit" / "verbs" / "trial" / "sidecar" / "sidecar.c"
FLAGS = ["-Os", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-fno-pie"]
ROUTES = {"/": b"shop", "/large": b"x" * 300_000}


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ROUTES.get(self.path, b"no such goods")
        self.send_response(200 if self.path in ROUTES else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body[::-1])

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _shipped(directory: Path) -> Path:
    path = directory / "sidecar"
    path.write_bytes(sidecar_program(platform.machine()))
    path.chmod(0o755)
    return path


def _compiled(directory: Path) -> Path:
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no gcc")
    path = directory / "compiled"
    subprocess.run([compiler, *FLAGS, "-no-pie", "-o", str(path), str(SOURCE)], check=True)
    return path


@pytest.fixture(params=[_shipped, _compiled], ids=["shipped", "compiled"])
def sidecar(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sidecar]:
    running = Sidecar((str(request.param(tmp_path)),))
    yield running
    running.close()


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(sidecar: Sidecar, port: int, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
    connection = http.client.HTTPConnection("localhost", port)
    tunnel: Any = sidecar.connect("127.0.0.1", port, 5)
    connection.sock = tunnel
    connection.request(method, path, body=body or None)
    response = connection.getresponse()
    return response.status, response.read()


def test_the_sidecar_lists_listening_sockets(sidecar: Sidecar, port: int) -> None:
    assert ("127.0.0.1", port) in [(one.address, one.port) for one in sidecar.listening()]


def test_the_sidecar_makes_requests_one_after_the_other(sidecar: Sidecar, port: int) -> None:
    assert ask(sidecar, port, "GET", "/") == (200, b"shop")
    assert ask(sidecar, port, "GET", "/nothing") == (404, b"no such goods")
    assert ask(sidecar, port, "GET", "/large") == (200, ROUTES["/large"])
    body = os.urandom(200_000)
    assert ask(sidecar, port, "POST", "/", body) == (200, body[::-1])


def test_a_port_that_nobody_listens_on_is_refused(sidecar: Sidecar) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            sidecar.connect("127.0.0.1", free.getsockname()[1], 5)
        # It goes on answering.
        assert isinstance(sidecar.listening(), tuple)


def test_the_sidecar_reaches_services_on_ipv6(sidecar: Sidecar) -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listener:
        tunnel = sidecar.connect("::1", listener.getsockname()[1], 5)
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"hello")
            assert tunnel.recv(100) == b"hello"


def test_a_silent_service_times_out_and_a_closed_connection_ends(
    sidecar: Sidecar,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        tunnel = sidecar.connect("127.0.0.1", listener.getsockname()[1], 0.2)
        with pytest.raises(TimeoutError):
            tunnel.recv(100)
        peer, _ = listener.accept()
        peer.close()
        assert tunnel.recv(100) == b""


def test_a_sidecar_that_has_ended_is_reported_with_its_last_output() -> None:
    ended = Sidecar(("sh", "-c", "echo cannot join network >&2; exit 1"))
    with pytest.raises(NoSidecarError, match="cannot join network"):
        ended.listening()
    ended.close()


def test_an_unknown_order_gets_an_answer(sidecar: Sidecar) -> None:
    assert sidecar._ask(b"X 1 2\n")[0] != 0
    assert isinstance(sidecar.listening(), tuple)


def test_there_is_no_sidecar_for_a_machine_that_it_was_not_compiled_for() -> None:
    with pytest.raises(NoSidecarError, match="s390x"):
        sidecar_program("s390x")


@pytest.mark.parametrize(("machine", "elf"), [("amd64", 62), ("arm64", 183)])
def test_the_programs_are_for_their_machines_and_static(machine: str, elf: int) -> None:
    program = sidecar_program(machine)
    assert program[:4] == b"\x7fELF"
    assert int.from_bytes(program[18:20], "little") == elf
    assert b"ld-linux" not in program
