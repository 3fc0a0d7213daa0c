"""What a trial is asked to do: how the container is started, and what it is asked once it runs.

A ``Probe`` without steps starts the image as ``docker run IMAGE`` would, and watches it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HttpStep:
    """A request by HTTP. ``port`` is None for the port of EXPOSE; ``status`` is the only status
    that is right, None for any below 400."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    port: int | None = None
    status: int | None = None


@dataclass(frozen=True)
class CommandStep:
    """A command in the running container, as ``docker exec`` starts it. ``status`` is the exit
    status that is right."""

    words: tuple[str, ...]
    stdin: str = ""
    user: str = ""
    status: int = 0


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
class Probe:
    """One container: how it is started, and the steps that it is asked in their order.

    ``arguments`` stand after the image's name, ``entrypoint`` replaces ENTRYPOINT where it is not
    None. ``volumes`` are as ``docker run --volume`` takes them. ``stdin`` None is nothing to read.
    ``until_end`` waits for the program to end, up to ``patience`` seconds, which is also how long
    a service is waited for. ``ignore`` are patterns of what differs from run to run.
    """

    name: str = ""
    arguments: tuple[str, ...] = ()
    entrypoint: str | None = None
    environment: tuple[tuple[str, str], ...] = ()
    volumes: tuple[str, ...] = ()
    user: str = ""
    stdin: str | None = None
    network: str = "none"
    memory: str = "2g"
    readiness: Readiness = Readiness()
    steps: tuple[ProbeStep, ...] = ()
    ignore: tuple[str, ...] = ()
    until_end: bool = False
    patience: float = 30.0
