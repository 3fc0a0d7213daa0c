"""What shrinking an image comes to, as values that the report shows."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.findings import Finding
from bpkit.verbs.shrink.application import LeftBehind

#: What an image can be asked to do beside its own command; see ``Shrunk.unproven``.
COMMANDS = "commands other than the image's own"
LOGINS = "logins"
PROGRAMS = "programs other than those of the probes"


@dataclass(frozen=True)
class Probes:
    """The probes of both images: command lines after ``docker run IMAGE``, and paths by HTTP.

    A path may have a port in front, ``8080/health``; without one it is the image's first EXPOSE.
    """

    commands: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.commands or self.paths)


@dataclass(frozen=True)
class ProbeAnswer:
    """What an image did when it was asked: its exit status or HTTP status, and what it wrote.

    ``errors`` is standard error, or the last log lines of a service that gives no answer; then
    ``status`` is 0.
    """

    status: int
    output: str
    errors: str = ""


@dataclass(frozen=True)
class Probed:
    """How two images answered one probe. ``unsteady`` tells that the old one never answers twice
    the same, so that only what it repeats was compared. ``differences`` are told in words.

    ``implied`` is the start with the image's own command, ``requests`` how many were made of it;
    ``state`` is how the old image was then.
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
    """A group of files in the small image, and its size in bytes."""

    why: str
    files: int
    size: int


@dataclass(frozen=True)
class Shrunk:
    """The small image, and the Dockerfile that makes it.

    ``before`` and ``after`` are bytes; ``after`` is an estimate unless ``built``. ``file`` is where
    the text was written, empty if it was not. ``refused`` says why not. ``left`` is what the
    Dockerfile brings and the small image has not, ``proposals`` are paths that may be wanted.
    ``unopened`` is what the small image has though no run that was watched opened it;
    ``unproven`` names what it can be asked to do beside its own command.
    ``build_seconds`` is what of ``seconds`` both images were built in.
    ``traced`` tells that runs of the old image were watched, ``untraced`` why they were not.
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
