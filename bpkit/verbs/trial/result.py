"""The result of starting an image, as values: a ``Trial`` has what was seen and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bpkit.verbs.trial.probes import ProbeStep

#: Statuses of the engine itself: it failed, the program can't be executed, there is none.
ENGINE_STATUSES = frozenset({125, 126, 127})


@dataclass(frozen=True)
class ListeningSocket:
    """A socket that takes connections (TCP), or datagrams (UDP)."""

    protocol: Literal["tcp", "udp"]
    address: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only the container itself reaches it."""
        return self.address.startswith("127.") or self.address == "::1"

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}" + ("/udp" if self.protocol == "udp" else "")


@dataclass(frozen=True)
class Written:
    """What a program wrote on one stream: its beginning, its end, and how many bytes between them
    were not kept."""

    start: str = ""
    end: str = ""
    dropped: int = 0

    @property
    def text(self) -> str:
        """All that was kept."""
        return self.start + self.end

    def __bool__(self) -> bool:
        return bool(self.start)


@dataclass(frozen=True)
class Reply:
    """The reply to a step. ``status`` is that of HTTP or of the command; None if nothing
    answered, which ``failure`` then explains. ``output`` is the body, or standard output."""

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

    ``state`` is ``refused`` where the engine could not start the program; ``engine_said`` is then
    its message and ``status`` the one that ``docker run`` ends with. ``status`` is None while the
    program runs. ``listening`` is None where the sockets could not be looked at, for the reason
    ``unseen``. ``health`` is what the image's HEALTHCHECK answered, None if it wasn't asked.
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
