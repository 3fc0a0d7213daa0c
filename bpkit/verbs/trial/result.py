"""The result of starting an image, as values: a ``Trial`` holds observations and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bpkit.verbs.trial.probes import ProbeStep

#: The engine's own statuses: it failed, the program can't be executed, or it doesn't exist.
ENGINE_STATUSES = frozenset({125, 126, 127})


@dataclass(frozen=True)
class ListeningSocket:
    """A socket that accepts connections (TCP) or datagrams (UDP)."""

    protocol: Literal["tcp", "udp"]
    address: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only the container itself can reach it."""
        return self.address.startswith("127.") or self.address == "::1"

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}" + ("/udp" if self.protocol == "udp" else "")


@dataclass(frozen=True)
class Written:
    """A program's output on one stream: its beginning, its end, and the number of bytes omitted
    between them."""

    start: str = ""
    end: str = ""
    dropped: int = 0

    @property
    def text(self) -> str:
        """All kept output."""
        return self.start + self.end

    def __bool__(self) -> bool:
        return bool(self.start)


@dataclass(frozen=True)
class Reply:
    """The reply to a step. ``status`` is that of HTTP or of the command; None if there was no
    answer, for the reason ``failure``. ``output`` is the body, or standard output."""

    step: ProbeStep
    status: int | None = None
    output: str = ""
    errors: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    failure: str = ""
    port: int | None = None


@dataclass(frozen=True)
class Trial:
    """An image that was started: what was seen from outside.

    ``state`` is ``refused`` if the engine couldn't start the program; ``engine_said`` is then its
    message and ``status`` the exit status of ``docker run``. ``status`` is None while the program
    runs. ``listening`` is None if the sockets couldn't be listed, for the reason ``unseen``.
    ``health`` is the result of the image's HEALTHCHECK, None if it wasn't run.
    """

    image: str
    state: Literal["running", "ended", "refused"]
    status: int | None = None
    seconds: float = 0.0
    stdout: Written = Written()
    stderr: Written = Written()
    engine_said: str = ""
    out_of_memory: bool = False
    listening: tuple[ListeningSocket, ...] | None = None
    unseen: str = ""
    health: Reply | None = None
    replies: tuple[Reply, ...] = ()
    notes: tuple[str, ...] = ()
