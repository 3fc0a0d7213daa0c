"""Start images and watch them; everything created is removed at every exit.

A container has only its own loopback network unless the probe names one; a sidecar in the same
namespace lists the listening sockets and makes requests. Time decides when a program counts as
started, and whether it is still running: a service without EXPOSE doesn't show when it is ready.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bpkit.core import (
    PROJECT_LABEL,
    RUN_LABEL,
    SETTLE,
    Completed,
    Engine,
    ImageInfo,
    InterruptedRunError,
    interruptible,
    start,
    unstaged_run,
)
from bpkit.errors import EngineError
from bpkit.image import read_config
from bpkit.verbs.trial.capture import OutputCapture
from bpkit.verbs.trial.engine_words import engine_message, exposed_ports, run_status
from bpkit.verbs.trial.probes import Probe
from bpkit.verbs.trial.result import Trial
from bpkit.verbs.trial.sidecar import NoSidecarError, Sidecar, sidecar_image
from bpkit.verbs.trial.watch import ContainerWatch

_HOSTNAME = "bpkit-try"
# Engine messages for limits that can't be set, as with rootless podman on cgroups v1.
_NO_LIMITS = (
    "cgroup",
    "support memory limit",
    "support for memory limit",
    "pids limit",
    "memory-swap",
)


@contextmanager
def trial_bench(engine: Engine, project: str) -> Iterator[TrialBench]:
    """A bench for trying images, for the duration of the block.

    Containers, anonymous volumes and the sidecar's image are removed at its end. Raises
    NoEngineError, and InterruptedRunError on a signal, after the removal.
    """
    with interruptible(), ExitStack() as stack:
        bench = TrialBench(engine, project, stack)
        interrupted = False
        try:
            yield bench
        except InterruptedRunError:
            interrupted = True
            raise
        finally:
            bench.close(settle=interrupted)


@dataclass
class TrialBench:
    """Tries one image after another; made by ``trial_bench``."""

    engine: Engine
    project: str
    _stack: ExitStack
    _run: str = field(default_factory=unstaged_run)
    _containers: list[str] = field(default_factory=list)
    _clients: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _sidecar: str | None = None
    _no_sidecar: str = ""
    _closed: bool = False

    def observe(self, image: str, probe: Probe | None = None) -> Trial:
        """Start ``image`` with the probe, take the probe's steps, and return what was seen.

        Raises EngineError if there is no such image, and NoEngineError.
        """
        return _Observation(self, self.engine.image(image), image, probe or Probe()).trial()

    def create(self, image: str, words: tuple[str, ...], arguments: tuple[str, ...]) -> Completed:
        """Create a container, and remember it; its name is the last argument."""
        if self._closed:
            raise EngineError("the trial ended before the container was created")
        name = f"bpkit-try-{secrets.token_hex(6)}"
        self._containers.append(name)
        labels = (f"{PROJECT_LABEL}={self.project}", f"{RUN_LABEL}={self._run}")
        flags = (word for label in labels for word in ("--label", label))
        done = self.engine.attempt("create", "--name", name, *flags, *words, image, *arguments)
        return Completed((*done.argv, name), done.status, done.stdout, done.stderr)

    def client(self, *words: str, feed: bool = False) -> subprocess.Popen[bytes]:
        """An engine client that ends with the bench."""
        client = start(
            (*self.engine.words, *words),
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._clients.append(client)
        return client

    def sidecar(self, container: str) -> Sidecar:
        """A sidecar beside a container. Raises NoSidecarError."""
        image = self._sidecar_image()
        name = f"bpkit-try-{secrets.token_hex(6)}"
        # In front: podman doesn't remove a container whose network another one shares.
        self._containers.insert(0, name)
        labels = (f"{PROJECT_LABEL}={self.project}", f"{RUN_LABEL}={self._run}")
        flags = (word for label in labels for word in ("--label", label))
        return Sidecar(
            (
                *(*self.engine.words, "run", "--rm", "--interactive", "--name", name, *flags),
                *("--network", f"container:{container}", "--cap-drop", "ALL"),
                *(image, "/sidecar"),
            )
        )

    def _sidecar_image(self) -> str:
        if self._no_sidecar:
            raise NoSidecarError(self._no_sidecar)
        if self._sidecar is None:
            name = f"bpkit-sidecar-{secrets.token_hex(6)}:latest"
            machine = self.engine.versions().machine
            made = sidecar_image(self.engine, machine, self.project, name)
            try:
                self._sidecar = self._stack.enter_context(made)
            except NoSidecarError as error:
                self._no_sidecar = str(error)
                raise
        return self._sidecar

    def close(self, *, settle: bool = False) -> None:
        """Stop creating containers, and remove all; see ``clear``."""
        self._closed = True
        self.clear(settle=settle)

    def clear(self, *, settle: bool = False) -> None:
        """Remove all containers, with their anonymous volumes.

        With ``settle``, once more a little later: after a client was killed, the engine may still
        create what the client requested.
        """
        for client in self._clients:
            if client.poll() is None:
                client.kill()
            client.wait()
        self._clients.clear()
        self._remove()
        if settle and self._containers:
            time.sleep(SETTLE)
            self._remove()
        self._containers.clear()

    def _remove(self) -> None:
        # One by one: podman removes none of several if one has removed itself.
        for name in self._containers:
            if self.engine.is_podman:
                # podman's rm asks the program to end first, and waits ten seconds for it.
                self.engine.attempt("kill", name)
            self.engine.attempt("rm", "--force", "--volumes", name)


class _Observation:
    """One container from its creation to its removal."""

    def __init__(self, bench: TrialBench, info: ImageInfo, image: str, probe: Probe) -> None:
        self.bench = bench
        self.image = image
        self.id = info.id
        self.probe = probe
        config = read_config(info.config, info.architecture, info.os or "linux")
        self.healthcheck = config.healthcheck
        self.exposed = tuple(sorted(exposed_ports(info)))
        self.notes: list[str] = []
        self.unseen = ""

    def client(self, *words: str, feed: bool = False) -> subprocess.Popen[bytes]:
        """Like ``TrialBench.client``."""
        return self.bench.client(*words, feed=feed)

    def sidecar(self, container: str) -> Sidecar:
        """Like ``TrialBench.sidecar``."""
        return self.bench.sidecar(container)

    def trial(self) -> Trial:
        created = self._create()
        name = created.argv[-1]
        if created.status != 0:
            return self._refused(engine_message(created.stderr), 125)
        try:
            return self._started(name)
        finally:
            self.bench.clear()

    def _create(self) -> Completed:
        limits: tuple[str, ...] = ("--memory", self.probe.memory, "--memory-swap")
        limits = (*limits, self.probe.memory, "--pids-limit", "2048")
        created = self.bench.create(self.id, (*limits, *self._words()), self.probe.arguments)
        if created.status != 0 and any(said in created.stderr.lower() for said in _NO_LIMITS):
            self.notes.append("the engine can't set limits; none were set")
            return self.bench.create(self.id, self._words(), self.probe.arguments)
        return created

    def _words(self) -> tuple[str, ...]:
        probe = self.probe
        words = ["--network", probe.network, "--hostname", _HOSTNAME, "--no-healthcheck"]
        if probe.network == "none":
            # A container on a network can resolve its own name too.
            words += ["--add-host", f"{_HOSTNAME}:127.0.0.1"]
        words += ["--interactive"] if probe.stdin is not None else []
        words += ["--entrypoint", probe.entrypoint] if probe.entrypoint is not None else []
        words += ["--user", probe.user] if probe.user else []
        for name, value in probe.environment:
            words += ["--env", name if value is None else f"{name}={value}"]
        for volume in probe.volumes:
            words += ["--volume", volume]
        for capability in probe.capabilities:
            words += ["--cap-add", capability]
        return tuple(words)

    def _refused(self, said: str, status: int) -> Trial:
        return Trial(
            self.image, "refused", status, engine_said=said, notes=tuple(self.notes), listening=()
        )

    def _started(self, name: str) -> Trial:
        began = time.monotonic()
        feed = self.probe.stdin is not None
        words = ("start", "--attach", *(("--interactive",) if feed else ()), name)
        client = self.bench.client(*words, feed=feed)
        assert client.stdout
        assert client.stderr
        out, err = OutputCapture(client.stdout), OutputCapture(client.stderr)
        self._feed(client)
        watch = ContainerWatch(self, name, client, began, out, err)
        try:
            watch.until_settled()
            health = watch.health() if watch.is_running() else None
            replies = tuple(watch.replies())
            ended = not watch.is_running()
            listening = watch.listening()
        finally:
            watch.close()
        state = self._state(name)
        seconds = time.monotonic() - began
        if ended:
            stdout, stderr = out.finish(2.0), err.finish(2.0)
        else:
            stdout, stderr = out.written(), err.written()
        never_ran = str(state.get("StartedAt", "")).startswith("0001-")
        if ended and (never_ran or state.get("Error")):
            said = engine_message(str(state.get("Error") or "") or stderr.text)
            status = int(state.get("ExitCode") or 0)
            return self._refused(said, run_status(said, status))
        return Trial(
            self.image,
            "ended" if ended else "running",
            int(state.get("ExitCode") or 0) if ended else None,
            seconds,
            stdout,
            stderr,
            out_of_memory=bool(state.get("OOMKilled")),
            listening=listening,
            unseen=self.unseen,
            health=health,
            replies=replies,
            notes=tuple(self.notes),
        )

    def _feed(self, client: subprocess.Popen[bytes]) -> None:
        if self.probe.stdin is None:
            return
        assert client.stdin
        with suppress(BrokenPipeError):
            client.stdin.write(self.probe.stdin.encode("utf-8", "surrogateescape"))
            client.stdin.flush()
        with suppress(BrokenPipeError):
            client.stdin.close()

    def _state(self, name: str) -> dict[str, Any]:
        said = self.bench.engine.output("inspect", "--format", "{{json .State}}", name)
        state = json.loads(said)
        return state if isinstance(state, dict) else {}
