"""Runs two images side by side and compares what they do: ``--probe`` and ``--probe-http``.

What differs between two runs of the old image too (times, process numbers) is no difference.
"""

from __future__ import annotations

import http.client
import os
import re
import secrets
import shlex
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from bpkit.core import PROJECT_LABEL, RUN_LABEL, Engine
from bpkit.errors import InputError
from bpkit.verbs.shrink.result import ProbeAnswer, Probed, Probes

#: Seconds that a command, and a service until its first answer, are given.
PATIENCE = 60.0
_PAUSE = 0.1


def probe(engine: Engine, old: str, new: str, probes: Probes, project: str) -> tuple[Probed, ...]:
    """How the answers of both images compare, one by one.

    Raises InputError for a probe that can't be carried out on the old image either, EngineError
    and NoEngineError.
    """
    bench = _Bench(engine, project)
    return (
        *(bench.command(old, new, text) for text in probes.commands),
        *bench.paths(old, new, probes.paths),
    )


@dataclass(frozen=True)
class _Bench:
    engine: Engine
    project: str
    run: str = field(default_factory=lambda: secrets.token_hex(6))

    def command(self, old: str, new: str, text: str) -> Probed:
        try:
            words = shlex.split(text)
        except ValueError as error:
            raise InputError(f"--probe {text!r} is no command line: {error}") from None
        before = self._ran(old, words)
        return compared(text, before, self._ran(new, words), lambda: self._ran(old, words))

    def _ran(self, image: str, words: list[str]) -> ProbeAnswer:
        """How a run of the image ends. One that does not end is stopped, which is its answer."""
        name = f"bpkit-probe-{secrets.token_hex(6)}"
        stop = threading.Timer(PATIENCE, lambda: self.engine.attempt("rm", "-f", "-v", name))
        stop.start()
        try:
            done = self.engine.attempt(
                "run", "--rm", "--name", name, *self._labels(), image, *words
            )
        finally:
            stop.cancel()
            self.engine.attempt("rm", "-f", "-v", name)
        return ProbeAnswer(done.status, done.stdout, done.stderr)

    def _labels(self) -> tuple[str, ...]:
        labels = (f"{PROJECT_LABEL}={self.project}", f"{RUN_LABEL}={self.run}")
        return tuple(word for label in labels for word in ("--label", label))

    def paths(self, old: str, new: str, paths: tuple[str, ...]) -> Iterator[Probed]:
        """The answers to each path, both services running at once."""
        if not paths:
            return
        ports = {port for port, _ in map(split_path, paths) if port}
        if len(ports) > 1:
            raise InputError(f"--probe-http: several ports, {', '.join(sorted(ports))}")
        port = ports.pop() if ports else self._exposed(old)
        with self._service(old, port) as before, self._service(new, port) as after:
            for path in paths:
                wanted = split_path(path)[1]
                first = before.answer(wanted)
                if first.status == 0:
                    raise InputError(
                        f"--probe-http {path}: the old image does not answer on port {port} "
                        f"({first.output})",
                        hint="name the port: --probe-http 8080/path",
                    )
                answer = after.answer(wanted)
                yield compared(path, first, answer, partial(before.answer, wanted))

    def _exposed(self, image: str) -> str:
        ports = sorted(self.engine.image(image).config.get("ExposedPorts") or {})
        if not ports:
            raise InputError(
                "--probe-http: the image EXPOSEs no port",
                hint="name it in front of the path: --probe-http 8080/health",
            )
        return str(ports[0]).partition("/")[0]

    @contextmanager
    def _service(self, image: str, port: str) -> Iterator[_Service]:
        name = f"bpkit-probe-{secrets.token_hex(6)}"
        publish = ("--publish", f"127.0.0.1::{port}" if _is_here() else port)
        try:
            self.engine.output("run", "-d", "--name", name, *self._labels(), *publish, image)
            yield _Service(self.engine, name, port)
        finally:
            self.engine.attempt("rm", "-f", "-v", name)


@dataclass
class _Service:
    """A container that answers by HTTP, once it does."""

    engine: Engine
    name: str
    port: str
    ready: bool = False

    def answer(self, path: str) -> ProbeAnswer:
        """The answer to a GET; status 0 where there is none, with the container's last words."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                found = self._ask(path)
            except (OSError, http.client.HTTPException) as error:
                if self.ready or time.monotonic() > end or not self._is_running():
                    return ProbeAnswer(0, f"no answer: {error}", self._last_words())
                time.sleep(_PAUSE)
                continue
            self.ready = True
            return found

    def _ask(self, path: str) -> ProbeAnswer:
        host, port = self._address()
        connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            response = connection.getresponse()
            body = response.read().decode("utf-8", "surrogateescape")
            return ProbeAnswer(response.status, body)
        finally:
            connection.close()

    def _address(self) -> tuple[str, int]:
        said = self.engine.attempt("port", self.name, self.port)
        found = re.search(r":(\d+)\s*$", said.stdout.splitlines()[0]) if said.stdout else None
        if found is None:
            raise ConnectionError("the container has ended, or publishes no port")
        return _host(), int(found[1])

    def _is_running(self) -> bool:
        said = self.engine.attempt("inspect", "--format", "{{.State.Running}}", self.name)
        return said.stdout.strip() == "true"

    def _last_words(self) -> str:
        said = self.engine.attempt("logs", "--tail", "20", self.name)
        return f"{said.stdout}{said.stderr}"


def compared(
    what: str, old: ProbeAnswer, new: ProbeAnswer, again: Callable[[], ProbeAnswer]
) -> Probed:
    if old == new:
        return Probed(what, old, new, same=True)
    second = again()
    same = old.status == new.status and all(
        _as_steady(one, other, mine)
        for one, other, mine in (
            (old.output, second.output, new.output),
            (old.errors, second.errors, new.errors),
        )
    )
    return Probed(what, old, new, same, unsteady=old != second)


def _as_steady(first: str, second: str, new: str) -> bool:
    """Whether ``new`` says what both runs of the old image say, line by line."""
    lines, again, mine = first.splitlines(), second.splitlines(), new.splitlines()
    if len(lines) != len(again):
        return True
    return len(mine) == len(lines) and all(
        line == other or line != repeated
        for line, repeated, other in zip(lines, again, mine, strict=True)
    )


def split_path(path: str) -> tuple[str, str]:
    """The port (empty: the image's own) and the path of ``8080/health``."""
    port, slash, rest = path.partition("/")
    if port and not port.isdecimal():
        raise InputError(
            f"--probe-http {path!r} is no path", hint="write /health, or 8080/health with a port"
        )
    return port, f"{slash or '/'}{rest}"


def _is_here() -> bool:
    """Whether the engine's ports are this machine's."""
    return not os.environ.get("DOCKER_HOST", "").startswith(("tcp://", "ssh://"))


def _host() -> str:
    return "127.0.0.1" if _is_here() else urlsplit(os.environ["DOCKER_HOST"]).hostname or ""
