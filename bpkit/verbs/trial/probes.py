"""The request for a trial: how the container is started, and the steps once it runs.

A ``Probe`` without steps starts the image as ``docker run IMAGE`` would, and watches it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Literal

from bpkit.errors import InputError

#: Docker refuses less (daemon/daemon_unix.go).
_LEAST_MEMORY = 6 << 20
_HTTPS = 443
_REQUEST = re.compile(r":?(\d{1,5})?(/\S*)?")
#: The container's name in the address of a service in it.
_HOSTS = re.compile(r"//(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)")


@dataclass(frozen=True)
class HttpStep:
    """A request by HTTP, with ``tls`` by HTTPS. ``port`` is None for the port of EXPOSE; ``status``
    is the only status that is right, None for any below 400; ``expect`` is a pattern that the
    answer's body has."""

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
    """A command in the running container, as ``docker exec`` starts it. ``status`` is the exit
    status that is right, ``expect`` a pattern that its standard output has."""

    words: tuple[str, ...]
    stdin: str = ""
    user: str = ""
    status: int = 0
    expect: str = ""


@dataclass(frozen=True)
class TcpStep:
    """A conversation by TCP: what is sent, and the text that is expected before the next is sent.

    An empty ``send`` waits for what the service says first; an empty expectation takes anything.
    """

    port: int
    exchanges: tuple[tuple[str, str], ...]


ProbeStep = HttpStep | CommandStep | TcpStep


@dataclass(frozen=True)
class Readiness:
    """When the steps begin: once ``port`` is listened on, ``text`` is written, the image's
    HEALTHCHECK says so; nothing of it means the trial's own judgement."""

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
    """One container: how it is started, and the steps that it is asked in their order.

    ``arguments`` stand after the image's name, ``entrypoint`` replaces ENTRYPOINT where it is not
    None. A variable of ``environment`` without a value has that of the client's environment.
    ``volumes`` are as ``docker run --volume`` takes them, ``capabilities`` as ``--cap-add`` does.
    ``stdin`` None is nothing to read.
    ``until_end`` waits for the program to end, up to ``patience`` seconds, which is also how long
    a service is waited for; longer while it uses the processor. ``ignore`` are patterns of what
    differs from run to run. ``status`` is the exit status that is right, None for 0 or a program
    that stays; ``expected`` is what it must write.
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
    """The limit that engines take for ``text``. Raises InputError for anything else."""
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
    """The request that ``/health``, ``8080/health``, ``https://localhost:8443/health`` or
    ``https:8443/health`` stands for; port 443 is asked by HTTPS.

    Raises InputError, which names ``switch``, for anything else.
    """
    scheme = next((one for one in ("https:", "http:") if text.startswith(one)), "")
    rest = text.removeprefix(scheme)
    rest = _HOSTS.sub("", rest, count=1) if scheme else rest
    found = _REQUEST.fullmatch(rest)
    number, path = found.groups("") if found else ("", "")
    port = int(number) if number else None
    if (scheme and rest.startswith("//")) or not (scheme or path):
        # Another host, or no path.
        found = None
    if found is None or (port is not None and not 0 < port < 65536):
        raise InputError(
            f"{switch} '{text}' is not a valid path",
            hint="write /health, 8080/health with a port, or https:8443/health",
        )
    tls = scheme == "https:" or (not scheme and port == _HTTPS)
    return HttpStep(path or "/", port=port, tls=tls)


def command_step(text: str, switch: str) -> CommandStep:
    """The command that is written in ``text`` with a shell's quotes; nothing is expanded.

    Raises InputError, which names ``switch``, where it can't be read.
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
