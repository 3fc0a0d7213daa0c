"""The programs whose images are measured: their directories, and the requests to each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scripts.bpkit_dev.programs import Program, programs

CASES_DIRECTORY = Path(__file__).resolve().parents[2] / "tests" / "data" / "shrink"

_TLS_SERVER = (
    "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout /tmp/key -out /tmp/cert"
    " 2>/dev/null; openssl s_server -quiet -accept 4433 -key /tmp/key -cert /tmp/cert & sleep 2"
)


@dataclass(frozen=True)
class Case:
    """One program. ``runs`` are command lines after the ENTRYPOINT, ``routes`` paths by HTTP.

    In its directory, ``Dockerfile`` is the naive one, ``Dockerfile.build`` and ``.runtime`` are the
    pair, ``Dockerfile.stages`` is multi-stage by hand. ``artifacts`` are for the pair, ``before``
    is run before the traced program, ``wanted`` is the largest allowed ratio of shrink's result to
    the floor. ``clients`` are commands that make requests to the service, ``probes`` the switches
    for shrink if they are not all runs and routes; ``wait`` is how many seconds the service gets.
    """

    title: str
    directory: str
    runs: tuple[str, ...] = ()
    traced: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    port: int = 0
    artifacts: tuple[str, ...] = ()
    build_args: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    before: str = "true"
    wanted: float = 1.01
    clients: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    wait: int = 2

    @property
    def is_program(self) -> bool:
        """Whether it is one of the real programs, for which there is no pair or stages."""
        return self.directory.startswith("programs/")


def _of_program(program: Program) -> Case:
    """A real program: shrink gets only its probes, the floor covers all its routes."""
    runs = (*program.probe, *(words for words, stdin in program.run if not stdin))
    routes = (*program.probe_http, *(path for path, headers in program.http if not headers))
    return Case(
        program.title,
        f"programs/{program.name}",
        runs=runs,
        routes=routes,
        port=program.port,
        wanted=1.25,
        clients=program.client,
        probes=program.probes,
        wait=8 if program.wait > 30 else 2,
    )


CASES = (
    Case("Go hello", "go", runs=("",), artifacts=("/myapp/hellogo",)),
    Case(
        "Go hello, `-s -w`",
        "go",
        runs=("",),
        artifacts=("/myapp/hellogo",),
        build_args=("FLAGS=-s -w",),
    ),
    Case(
        "C with zlib and curl",
        "c-curl",
        runs=("", "https://127.0.0.1:1/"),
        traced=("https://127.0.0.1:4433/",),
        artifacts=("/usr/local/bin/fetch",),
        before=_TLS_SERVER,
    ),
    Case("Rust", "rust", runs=("", "abc"), artifacts=("/usr/local/bin/letters",)),
    Case("C++", "cpp", runs=("", "'a b a'"), artifacts=("/usr/local/bin/words",)),
    Case(
        "C tool with a table",
        "c-tool",
        runs=("", "https", "nothing"),
        artifacts=("/usr/local/bin/port",),
        keep=("/etc/services",),
    ),
    Case(
        "Flask service",
        "flask",
        routes=(
            *("/", "/hash", "/date", "/db", "/encoded", "/feed", "/mail", "/zip", "/csv", "/tls"),
            *("/wrong", "/nothing"),
        ),
        port=8000,
        artifacts=("/opt/venv:venv",),
        wanted=1.25,
    ),
    Case(
        "Node service",
        "node",
        routes=("/", "/hash", "/gzip", "/file", "/intl", "/fetch", "/esm", "/nothing"),
        port=3000,
        artifacts=("/app/node_modules:node_modules",),
        wanted=1.25,
    ),
    Case(
        "Java service",
        "java",
        routes=("/", "/hash", "/zone", "/tls"),
        port=8080,
        artifacts=("/app/app.jar",),
        wanted=1.25,
    ),
    *(
        _of_program(one)
        for one in programs()
        if one.name
        in {"nginx", "postgres", "graphviz", "tesseract", "django", "perl", "ruby", "php"}
    ),
)
