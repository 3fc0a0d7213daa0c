"""The request for a trial: how the container is started, and the steps once it runs.

A ``Probe`` without steps starts the image as ``docker run IMAGE`` would, and watches it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Literal

from bpkit.errors import InputError

#: The least memory that Docker accepts (daemon/daemon_unix.go).
_LEAST_MEMORY = 6 << 20
_HTTPS = 443
_REQUEST = re.compile(r":?(\d{1,5})?(/\S*)?")
#: The host name of the container in addresses of its services.
_HOSTS = re.compile(r"//(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)")


@dataclass(frozen=True)
class HttpStep:
    """An HTTP request; with ``tls``, over HTTPS. ``port`` is None for the port of EXPOSE;
    ``status`` is the expected status, None for any below 400; ``expect`` is a pattern that the
    response body must contain."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    port: int | None = None
    status: int | None = None
    expect: str = ""
    tls: bool = False


@dataclass(frozen=True)
class CommandStep:
    """A command in the running container, as with ``docker exec``. ``status`` is the expected exit
    status, ``expect`` a pattern that its standard output must contain."""

    words: tuple[str, ...]
    stdin: str = ""
    user: str = ""
    status: int = 0
    expect: str = ""


@dataclass(frozen=True)
class TcpStep:
    """An exchange over TCP: what is sent, and the text that is expected before the next is sent.

    An empty ``send`` waits for the service to speak first; an empty expectation accepts anything.
    """

    port: int
    exchanges: tuple[tuple[str, str], ...]


ProbeStep = HttpStep | CommandStep | TcpStep


@dataclass(frozen=True)
class Readiness:
    """The condition for starting the steps: ``port`` is open, ``text`` has been written, or the
    image's HEALTHCHECK passes; without any of these, the trial decides."""

    port: int | None = None
    text: str = ""
    health: bool = False

    def __bool__(self) -> bool:
        return bool(self.port or self.text or self.health)


@dataclass(frozen=True)
class Expectation:
    """A pattern that the program's standard output, or standard error, must or must not contain."""

    stream: Literal["output", "errors"]
    pattern: str
    absent: bool = False


@dataclass(frozen=True)
class Probe:
    """One container: how it is started, and its steps in order.

    ``arguments`` follow the image's name, ``entrypoint`` replaces ENTRYPOINT unless it is None. A
    variable in ``environment`` without a value has that of the client's environment. ``volumes``
    are in the form of ``docker run --volume``, ``capabilities`` in that of ``--cap-add``. ``stdin``
    is None for empty input. ``until_end`` waits for the program to end, up to ``patience`` seconds,
    which is also the time limit for a service; longer while it uses the processor. ``ignore`` are
    patterns of output that differs in every run. ``status`` is the expected exit status, None for 0
    or a program that keeps running; ``expected`` is what it must write.
    """

    name: str = ""
    arguments: tuple[str, ...] = ()
    entrypoint: str | None = None
    environment: tuple[tuple[str, str | None], ...] = ()
    volumes: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    user: str = ""
    stdin: str | None = None
    network: str = "none"
    memory: str = "2g"
    readiness: Readiness = Readiness()
    steps: tuple[ProbeStep, ...] = ()
    ignore: tuple[str, ...] = ()
    until_end: bool = False
    patience: float = 30.0
    status: int | None = None
    expected: tuple[Expectation, ...] = ()


def memory_limit(text: str) -> str:
    """``text`` as a memory limit for engines. Raises InputError if it isn't valid."""
    found = re.fullmatch(r"(\d{1,12})([bkmgBKMG]?)[bB]?", text)
    size = int(found[1]) << {"k": 10, "m": 20, "g": 30}.get(found[2].lower(), 0) if found else 0
    if found is None:
        raise InputError(
            f"'{text}' is not a valid amount of memory", hint="write a number and k, m or g: 512m"
        )
    if size < _LEAST_MEMORY:
        raise InputError(
            f"'{text}' is less memory than engines allow for a container", hint="pass at least 6m"
        )
    return text


def http_step(text: str, switch: str) -> HttpStep:
    """The request for ``/health``, ``8080/health``, ``https://localhost:8443/health`` or
    ``https:8443/health``; port 443 means HTTPS.

    Raises InputError, which names ``switch``, for anything else.
    """
    scheme = next((one for one in ("https:", "http:") if text.startswith(one)), "")
    rest = text.removeprefix(scheme)
    rest = _HOSTS.sub("", rest, count=1) if scheme else rest
    found = _REQUEST.fullmatch(rest)
    number, path = found.groups("") if found else ("", "")
    port = int(number) if number else None
    if (scheme and rest.startswith("//")) or not (scheme or path):
        # Another host, or without a path.
        found = None
    if found is None or (port is not None and not 0 < port < 65536):
        raise InputError(
            f"{switch} '{text}' is not a valid path",
            hint="write /health, 8080/health with a port, or https:8443/health",
        )
    tls = scheme == "https:" or (not scheme and port == _HTTPS)
    return HttpStep(path or "/", port=port, tls=tls)


def command_step(text: str, switch: str) -> CommandStep:
    """The command in ``text``, which may have shell quotes; nothing is expanded.

    Raises InputError, which names ``switch``, if it can't be parsed.
    """
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        reason = str(error)
        raise InputError(
            f"{switch} '{text}' is not a valid command: {reason[:1].lower()}{reason[1:]}",
            hint="close the quotes",
        ) from None
    if not words:
        raise InputError(f"{switch} is empty", hint=f"write {switch} 'COMMAND ARG'")
    return CommandStep(words)
