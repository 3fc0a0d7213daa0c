"""Take a probe's steps: HTTP requests, exchanges over TCP, commands in the container."""

from __future__ import annotations

import http.client
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bpkit.verbs.trial.capture import OutputCapture
from bpkit.verbs.trial.probes import CommandStep, HttpStep, ProbeStep, TcpStep
from bpkit.verbs.trial.result import ListeningSocket, Reply
from bpkit.verbs.trial.sidecar import NoSidecarError, Sidecar

if TYPE_CHECKING:
    from typing import Protocol

    class Bench(Protocol):
        """Starts engine clients that end with the trial."""

        def client(self, *words: str, feed: bool = False) -> subprocess.Popen[bytes]: ...


_PAUSE = 0.1
#: Methods that may be repeated (RFC 9110, 9.2.1).
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
_ANSWER = 30.0
_BODY = 1 << 22
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class StepTaker:
    """Takes steps on one container; ``exposed`` are the TCP ports of EXPOSE."""

    bench: Bench
    container: str
    exposed: tuple[int, ...]

    def take(
        self,
        step: ProbeStep,
        sidecar: Sidecar | None,
        listening: Sequence[ListeningSocket],
        is_running: Callable[[], bool],
        is_late: Callable[[], bool],
    ) -> Reply:
        """The reply to a step; one that needs a port is repeated until it ``is_late``, as long as
        the connection isn't accepted."""
        if isinstance(step, CommandStep):
            return command_reply(self.bench, self.container, step, _ANSWER)
        if sidecar is None:
            return Reply(step, failure="bpkit can't reach the container's network")
        port = step.port or self._port(listening)
        if port is None:
            return Reply(step, failure="nothing listens, and the image EXPOSEs no port")
        while True:
            try:
                listening = sidecar.listening()
                address = _address(port, listening)
                if isinstance(step, HttpStep):
                    return _http_reply(sidecar, step, address, port)
                return _tcp_reply(sidecar, step, address, port)
            except ConnectionError as error:
                # Refused, or reset before an answer: the service may still be starting.
                if not is_running() or is_late():
                    return Reply(step, failure=_why(error, port, listening), port=port)
                time.sleep(_PAUSE)
            except TimeoutError:
                if isinstance(step, HttpStep) and step.method in _REPEATABLE and not is_late():
                    # On a busy machine the first answer is slow.
                    continue
                return Reply(step, failure=f"none on port {port} within {_ANSWER:.0f} s", port=port)
            except (OSError, http.client.HTTPException) as error:
                said = getattr(error, "strerror", None) or str(error) or type(error).__name__
                return Reply(step, failure=f"port {port}: {said}", port=port)
            except NoSidecarError as error:
                why = "the program has ended" if not is_running() else str(error)
                return Reply(step, failure=why, port=port)

    def _port(self, listening: Sequence[ListeningSocket]) -> int | None:
        """The port for the request: a listening one from EXPOSE, else any listening one."""
        open_ports = [one.port for one in listening if one.protocol == "tcp"]
        chosen = [port for port in self.exposed if port in open_ports]
        return next(iter([*chosen, *self.exposed, *open_ports]), None)


def _address(port: int, listening: Sequence[ListeningSocket]) -> str:
    """The address that the port is open on, in the form for a connection."""
    found = [one.address for one in listening if one.protocol == "tcp" and one.port == port]
    if not found or "0.0.0.0" in found or "::" in found or _LOOPBACK in found:
        # A socket on all IPv6 addresses accepts IPv4 too, unless configured otherwise.
        return _LOOPBACK
    return found[0]


def _why(error: OSError, port: int, listening: Sequence[ListeningSocket]) -> str:
    others = ", ".join(str(one) for one in listening if one.protocol == "tcp")
    if any(one.port == port for one in listening):
        return f"no answer on port {port}: {error.strerror or error}"
    return f"nothing listens on port {port}" + (f"; it listens on {others}" if others else "")


def _http_reply(sidecar: Sidecar, step: HttpStep, address: str, port: int) -> Reply:
    connection = http.client.HTTPConnection("localhost", port, timeout=_ANSWER)
    tunnel: Any = sidecar.connect(address, port, _ANSWER)
    if step.tls:
        # Few requests use HTTPS, and the module is slow to load.
        from bpkit.verbs.trial.tls import TlsTunnel

        tunnel = TlsTunnel(tunnel)
    connection.sock = tunnel
    headers = {"Host": "localhost", "Connection": "close", **dict(step.headers)}
    body = step.body.encode("utf-8", "surrogateescape") if step.body else None
    connection.request(step.method, step.path, body=body, headers=headers)
    response = connection.getresponse()
    text = response.read(_BODY).decode("utf-8", "surrogateescape")
    return Reply(step, response.status, text, headers=tuple(response.getheaders()), port=port)


def _tcp_reply(sidecar: Sidecar, step: TcpStep, address: str, port: int) -> Reply:
    tunnel = sidecar.connect(address, port, _ANSWER)
    heard = ""
    for send, expected in step.exchanges:
        if send:
            tunnel.sendall(send.encode("utf-8", "surrogateescape"))
        answer = _heard(tunnel, expected)
        heard += answer
        if expected not in answer:
            return Reply(step, None, heard, failure=f"the answer lacks '{expected}'", port=port)
    return Reply(step, 0, heard, port=port)


def _heard(tunnel: Any, expected: str) -> str:
    """The service's output up to ``expected``, or to its end."""
    data = b""
    end = time.monotonic() + _ANSWER
    while time.monotonic() < end and len(data) < _BODY:
        try:
            piece = tunnel.recv(1 << 16)
        except TimeoutError:
            break
        data += piece
        if not piece or expected.encode("utf-8", "surrogateescape") in data:
            break
    return data.decode("utf-8", "surrogateescape")


def command_reply(bench: Bench, container: str, step: CommandStep, seconds: float) -> Reply:
    """The result of a command in the running container."""
    words = ["exec"]
    words += ["--interactive"] if step.stdin else []
    words += ["--user", step.user] if step.user else []
    client = bench.client(*words, container, *step.words, feed=bool(step.stdin))
    assert client.stdout
    assert client.stderr
    out, err = OutputCapture(client.stdout), OutputCapture(client.stderr)
    if step.stdin:
        assert client.stdin
        try:
            client.stdin.write(step.stdin.encode("utf-8", "surrogateescape"))
            client.stdin.close()
        except BrokenPipeError:
            # It ended without reading; its status shows why.
            pass
    try:
        status = client.wait(seconds)
    except subprocess.TimeoutExpired:
        client.kill()
        client.wait()
        said = f"it did not end within {seconds:g} s"
        return Reply(step, None, out.written().text, err.written().text, failure=said)
    return Reply(step, status, out.finish(2.0).text, err.finish(2.0).text)
