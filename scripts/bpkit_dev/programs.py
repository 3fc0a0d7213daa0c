"""Real programs, and the routes compared between the original image and the small one.

Each directory in tests/data/shrink/programs has a project with one Dockerfile and a ``case.toml``:
the probes for ``bpkit shrink``, and the routes that it doesn't get.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpkit.formats.text import parse_toml
from scripts.bpkit_dev.client import Client

_ROOT = Path(__file__).resolve().parents[2]
DIRECTORY = _ROOT / "tests" / "data" / "shrink" / "programs"
_PATIENCE = 120
#: Text that differs between runs of anything: dates, times, and process numbers.
_NOISE = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?"
    rb"|/CreationDate ?\(.*?\)|pid \d+|\[\d+\]|\d+ ?ms\b|0x[0-9a-f]{6,}"
)


@dataclass(frozen=True)
class Program:
    """One program: ``probe`` and ``probe_http`` are passed to shrink, the other routes aren't.

    ``run`` are command lines after the image's name with what they read on standard input, ``http``
    paths with their headers, ``client`` commands of the old image, run beside the service.
    """

    directory: Path
    title: str
    port: int
    wait: float
    probe: tuple[str, ...]
    probe_http: tuple[str, ...]
    run: tuple[tuple[str, str], ...]
    http: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    client: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.directory.name

    @property
    def probes(self) -> tuple[str, ...]:
        """The switches of shrink."""
        words = [word for one in self.probe for word in ("--probe", one)]
        return (*words, *(word for one in self.probe_http for word in ("--probe-http", one)))


def programs(directory: Path = DIRECTORY) -> tuple[Program, ...]:
    """All programs in the directory, sorted by name."""
    return tuple(_program(path) for path in sorted(directory.glob("*/case.toml")))


def _program(path: Path) -> Program:
    said: dict[str, Any] = parse_toml(path.read_text(encoding="utf-8"), str(path))
    runs = [(one, "") if isinstance(one, str) else (one[0], one[1]) for one in said.get("run", ())]
    gets = [
        (one, ()) if isinstance(one, str) else (one[0], tuple(one[1].items()))
        for one in said.get("http", ())
    ]
    return Program(
        directory=path.parent,
        title=said["title"],
        port=said.get("port", 0),
        wait=said.get("wait", 30.0),
        probe=tuple(said.get("probe", ())),
        probe_http=tuple(said.get("probe-http", ())),
        run=tuple(runs),
        http=tuple(gets),
        client=tuple(said.get("client", ())),
    )


@dataclass(frozen=True)
class RouteAnswer:
    """One route's result: its exit or HTTP status, and its output."""

    route: str
    status: int
    said: bytes

    def same_as(self, other: RouteAnswer) -> bool:
        return self.status == other.status and _settled(self.said) == _settled(other.said)


def _settled(said: bytes) -> list[bytes]:
    return sorted(_NOISE.sub(b"~", said).splitlines())


def differing(client: Client, program: Program, old: str, new: str, label: str) -> list[str]:
    """The routes that the image ``new`` answers differently from ``old``, with both answers.

    A route that ``old`` itself answers differently each time is compared by its status only.
    """
    before, after = (
        answers(client, program, old, old, label),
        answers(client, program, new, old, label),
    )
    unlike = [(b, a) for b, a in zip(before, after, strict=True) if not b.same_as(a)]
    if not unlike:
        return []
    again = {one.route: one for one in answers(client, program, old, old, label)}
    return [
        f"{b.route}: {b.status} {b.said[-160:]!r}, then {a.status} {a.said[-300:]!r}"
        for b, a in unlike
        if b.same_as(again[b.route]) or b.status != a.status
    ]


def answers(
    client: Client, program: Program, image: str, clients: str, label: str
) -> list[RouteAnswer]:
    """The image's answers on all routes, including those passed to shrink.

    ``clients`` is the image that the client commands come from.
    """
    found = [
        _ran(client, label, image, shlex.split(words), stdin)
        for words, stdin in (*((one, "") for one in program.probe), *program.run)
    ]
    paths = (*((path, ()) for path in program.probe_http), *program.http)
    if not program.port:
        return found
    with _service(client, label, image) as name:
        address = client(
            "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name
        ).strip()
        _wait_for(address, program)
        found += [_got(address, program.port, path, dict(headers)) for path, headers in paths]
        beside = ("--network", f"container:{name}", "--entrypoint", "")
        found += [
            _ran(client, label, clients, shlex.split(words), "", *beside)
            for words in program.client
        ]
        running = client("inspect", "--format", "{{.State.Running}}", name).strip()
        found.append(RouteAnswer("it stays", 0 if running == "true" else 1, b""))
    return found


@contextlib.contextmanager
def _service(client: Client, label: str, image: str) -> Iterator[str]:
    name = client("run", "-d", "--label", label, image).strip()
    try:
        yield name
    finally:
        client("rm", "--force", "--volumes", name)


def _wait_for(address: str, program: Program) -> None:
    import socket

    end = time.monotonic() + program.wait
    while time.monotonic() < end:
        try:
            with socket.create_connection((address, program.port), 1):
                break
        except OSError:
            time.sleep(0.3)
    # A listening service may not be ready yet.
    time.sleep(1.0)


def _got(address: str, port: int, path: str, headers: dict[str, str]) -> RouteAnswer:
    connection = http.client.HTTPConnection(address, port, timeout=_PATIENCE)
    route = f"{path} {headers}" if headers else path
    try:
        connection.request("GET", path, headers={"Host": "shop", **headers})
        answer = connection.getresponse()
        kind = (answer.getheader("Content-Type") or "").encode()
        place = (answer.getheader("Location") or "").encode()
        return RouteAnswer(route, answer.status, b"\n".join((kind, place, answer.read())))
    except (OSError, http.client.HTTPException) as error:
        return RouteAnswer(route, 0, str(error).encode())
    finally:
        connection.close()


def _ran(
    client: Client, label: str, image: str, words: list[str], stdin: str, *options: str
) -> RouteAnswer:
    entry = ("--entrypoint", words[0]) if options else ()
    rest = words[1:] if options else words
    kept = [one for one in options if one not in {"--entrypoint", ""}]
    command = [client.program, "run", "--rm", "--interactive", "--label", label, *kept, *entry]
    try:
        done = subprocess.run(
            [*command, image, *rest],
            env={**os.environ, **client.env},
            input=stdin.encode(),
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return RouteAnswer(shlex.join(words), -1, b"it does not end")
    return RouteAnswer(shlex.join(words), done.returncode, done.stdout + done.stderr)


@dataclass(frozen=True)
class ShrinkRun:
    """The result of ``bpkit shrink`` for a program: its status, its JSON, its seconds."""

    status: int
    said: dict[str, Any]
    errors: str
    seconds: float


def shrunk(client: Client, program: Program, directory: Path, python: str, *more: str) -> ShrinkRun:
    """Run ``bpkit shrink`` on a copy of the project in ``directory``, with only the probes."""
    words = ["--name", f"bench-{program.name}", "-f", "Dockerfile", "-o", "Dockerfile.small"]
    began = time.monotonic()
    done = subprocess.run(
        [python, "-m", "bpkit", "shrink", "--quiet", "--json", *words, *program.probes, *more],
        cwd=directory,
        env={**os.environ, **client.env, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    said = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return ShrinkRun(done.returncode, said, done.stderr, seconds)
