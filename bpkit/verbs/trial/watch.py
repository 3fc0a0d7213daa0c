"""Watch a started container until it has ended, or there is nothing more to wait for."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from bpkit.verbs.trial.capture import OutputCapture
from bpkit.verbs.trial.patience import Patience
from bpkit.verbs.trial.probes import CommandStep, Probe
from bpkit.verbs.trial.result import ListeningSocket, Reply
from bpkit.verbs.trial.sidecar import NoSidecarError, Sidecar
from bpkit.verbs.trial.steps import StepTaker, command_reply

if TYPE_CHECKING:
    from typing import Protocol

    class Observed(Protocol):
        """The container that is watched; ``unseen`` is why its sockets can't be listed."""

        probe: Probe
        exposed: tuple[int, ...]
        healthcheck: tuple[str, ...]
        unseen: str

        def client(self, *words: str, feed: bool = False) -> subprocess.Popen[bytes]: ...

        def sidecar(self, container: str) -> Sidecar: ...


#: The seconds to watch a program that nothing else is known about.
LINGER = 3.0
#: The seconds to watch a service after its port has opened: a program that fails while it loads
#: its application often listens first.
_SETTLE = 1.0
#: The seconds for which a service may listen elsewhere before waiting for its EXPOSEd port ends.
_ELSEWHERE = 8.0
_PAUSE = 0.1
#: The seconds that the engine needs to measure a container's processor use.
_LOOK = 2.0
_UNTIL_END = 1.0


class ContainerWatch:
    """A started container, while it is watched."""

    def __init__(
        self,
        observed: Observed,
        name: str,
        client: subprocess.Popen[bytes],
        began: float,
        out: OutputCapture,
        err: OutputCapture,
    ) -> None:
        self.observed = observed
        self.probe = observed.probe
        self.name = name
        self.client = client
        self.began = began
        self.out = out
        self.err = err
        self.sidecar: Sidecar | None = None
        self.seen: tuple[ListeningSocket, ...] | None = None
        seconds = max(self.probe.patience, LINGER)
        start_client = observed.client
        self.patience = Patience(start_client, name, seconds, self.is_running, began)

    @property
    def age(self) -> float:
        return time.monotonic() - self.began

    def is_running(self) -> bool:
        return self.client.poll() is None

    def until_settled(self) -> None:
        """Wait until the container has ended, or there is nothing more to wait for."""
        if self.probe.until_end:
            while self.is_running() and not self.patience.is_over():
                with suppress(subprocess.TimeoutExpired):
                    self.client.wait(_UNTIL_END)
            return
        opened: float | None = None
        while self.is_running() and not self.patience.is_over():
            self._look()
            # A port that closes again belongs to a program that is about to end.
            is_ready = self._is_ready() if opened is None or not self.probe.readiness else True
            opened = (self.age if opened is None else opened) if is_ready else None
            if opened is not None and self.age > max(LINGER - 0.5, opened + max(_SETTLE, opened)):
                return
            if self.probe.readiness or self._waits_for_port():
                time.sleep(_PAUSE)
                continue
            if self.age > LINGER - _LOOK and not self._is_busy():
                # The rest of the time, if the engine answered at once.
                time.sleep(max(0.0, LINGER - self.age))
                return
            time.sleep(_PAUSE)

    def _waits_for_port(self) -> bool:
        """Whether a port is still expected to open; not if sockets can't be listed, or another has
        been open for long."""
        if not self.wanted_ports or self.seen is None:
            return False
        return not (self.seen and self.age > _ELSEWHERE)

    def _is_busy(self) -> bool:
        """Whether it may become ready soon: it listens nowhere, and works."""
        return not self.seen and self.patience.is_working()

    @property
    def wanted_ports(self) -> frozenset[int]:
        """The ports that the steps name; without any, those of EXPOSE."""
        named = {getattr(step, "port", None) for step in self.probe.steps} - {None}
        return frozenset(port for port in named if port) or frozenset(self.observed.exposed)

    def _is_ready(self) -> bool:
        wanted = self.probe.readiness
        if wanted.text:
            return wanted.text in self.out.written().text + self.err.written().text
        if wanted.health:
            health = self.health()
            return health is not None and health.status == 0
        ports = {wanted.port} if wanted.port else self.wanted_ports
        return any(one.protocol == "tcp" and one.port in ports for one in self.seen or ())

    def _look(self) -> None:
        """Update the listening sockets, if they can be listed."""
        if self.observed.unseen:
            return
        try:
            if self.sidecar is None:
                self.sidecar = self.observed.sidecar(self.name)
            self.seen = self.sidecar.listening()
        except NoSidecarError as error:
            self.sidecar = None
            if self.is_running() and self.age > LINGER:
                self.observed.unseen = str(error)

    def listening(self) -> tuple[ListeningSocket, ...] | None:
        """The sockets that listened at the end, or when last seen."""
        if self.is_running():
            self._look()
        return self.seen

    def health(self) -> Reply | None:
        """The present result of the image's HEALTHCHECK; None without one."""
        argv = self.observed.healthcheck
        if not argv:
            return None
        return command_reply(self.observed, self.name, CommandStep(argv), 30.0)

    def replies(self) -> Iterator[Reply]:
        """The reply to each step."""
        taker = StepTaker(self.observed, self.name, self.observed.exposed)
        for step in self.probe.steps:
            if not self.is_running():
                yield Reply(step, failure="the program had ended")
                continue
            self._look()
            least = time.monotonic() + 5.0

            def is_late(least: float = least) -> bool:
                return time.monotonic() > least and self.patience.is_over()

            yield taker.take(step, self.sidecar, self.seen or (), self.is_running, is_late)

    def close(self) -> None:
        if self.sidecar:
            self.sidecar.close()
