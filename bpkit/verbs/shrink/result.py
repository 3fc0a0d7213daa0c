"""The results of shrinking an image, as values for the report."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.findings import Finding
from bpkit.verbs.shrink.application import LeftBehind

#: Uses of an image other than its own command; see ``Shrunk.unproven``.
COMMANDS = "commands other than the image's own"
LOGINS = "logins"
PROGRAMS = "programs other than those of the probes"


@dataclass(frozen=True)
class Probes:
    """The probes of both images: command lines after ``docker run IMAGE``, and paths by HTTP.

    A path may start with a port, ``8080/health``; the default is the image's first EXPOSE.
    """

    commands: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.commands or self.paths)


@dataclass(frozen=True)
class ProbeAnswer:
    """An image's answer to a probe: its exit status or HTTP status, and its output.

    ``errors`` is standard error, or the last log lines of a service that doesn't answer; then
    ``status`` is 0.
    """

    status: int
    output: str
    errors: str = ""


@dataclass(frozen=True)
class Probed:
    """The answers of two images to one probe; ``differences`` are in words.

    ``unsteady``: the old image answers differently each time, so only what it repeats was compared.
    ``implied``: the probe is the image's own command. ``requests`` is the number of requests made,
    ``state`` the old image's state then.
    """

    probe: str
    old: ProbeAnswer
    new: ProbeAnswer
    same: bool
    unsteady: bool = False
    differences: tuple[str, ...] = ()
    requests: int = 0
    implied: bool = False
    state: str = "ended"


@dataclass(frozen=True)
class SizePart:
    """A group of files in the new image, and its size in bytes."""

    why: str
    files: int
    size: int


@dataclass(frozen=True)
class Shrunk:
    """The new image, and the Dockerfile that makes it.

    ``before`` and ``after`` are bytes; ``after`` is an estimate unless ``built``. ``file`` is the
    file that the text was written to, empty if it wasn't; ``refused`` is the reason. ``left`` are
    files that the Dockerfile adds and the new image lacks, ``proposals`` paths that may be needed.
    ``unopened`` are files that the new image has although no traced run opened them; ``unproven``
    names uses other than its own command. ``build_seconds`` is the part of ``seconds`` in which
    both images were built. ``traced``: runs of the old image were traced; ``untraced`` is the
    reason why not.
    """

    image: str
    text: str
    before: int
    after: int
    built: bool
    parts: tuple[SizePart, ...]
    findings: tuple[Finding, ...] = ()
    probes: tuple[Probed, ...] = ()
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left: tuple[LeftBehind, ...] = ()
    proposals: tuple[str, ...] = ()
    unopened: tuple[LeftBehind, ...] = ()
    unproven: tuple[str, ...] = ()
    traced: bool = False
    untraced: str = ""
    became_nonroot: bool = False
    absent: frozenset[str] = frozenset()
    file: str = ""
    refused: str = ""
    seconds: float = 0.0
    build_seconds: float = 0.0
