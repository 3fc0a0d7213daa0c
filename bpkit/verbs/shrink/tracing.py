"""Run the old image under strace, which the image doesn't need to have.

strace, its loader and its libraries are in a folder in a volume; the container is started with that
loader, and the image isn't changed. They come from Debian's package, installed in a small helper
image that is built from a local Debian image.
"""

from __future__ import annotations

import secrets
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from bpkit.core import PROJECT_LABEL, RUN_LABEL, Engine, ImageInfo, image_label, unstaged_run
from bpkit.errors import EngineError
from bpkit.verbs.shrink.learned import Learned, read_trace
from bpkit.verbs.trial import Probe, Trial, TrialBench

#: The mount point of the folder, which no image uses.
FOLDER = "/.bpkit-trace"
#: Images that strace can be installed in, in the order in which they are tried.
_DEBIANS = (
    *("debian:bookworm-slim", "debian:stable-slim", "debian:trixie-slim", "debian:latest"),
    *("debian:bookworm", "ubuntu:latest", "ubuntu:24.04", "ubuntu:22.04"),
)
#: The loader's name differs between machines, so the folder gets a link to it with a fixed name.
_HELPER = """\
FROM {base}
USER 0
RUN (command -v strace >/dev/null \\
  || (apt-get update -q && apt-get install -q -y --no-install-recommends strace)) \\
 && mkdir -p {folder}/log && chmod 1777 {folder}/log \\
 && cp -L "$(command -v strace)" $(ldd "$(command -v strace)" | grep -o '/[^ ]*') {folder}/ \\
 && cd {folder} && ln -s "$(ls | grep -E '^ld(64)?[-.].*so|^ld-musl' | head -n 1)" loader
"""
_CALLS = (
    "%file,%process,?chdir,?fchdir,?setuid,?setgid,?setgroups,?setresuid,?setresgid,?setreuid,"
    "?setregid,?fchown,?chroot,?mount"
)


class NoTracingError(Exception):
    """strace isn't available on this engine; the message says why."""


@dataclass
class Tracing:
    """The folder with strace, in a volume; made by ``tracing``."""

    engine: Engine
    volume: str
    #: A container with the volume, from which the logs are read.
    reader: str
    number: int = 0

    def probe(self, info: ImageInfo, probe: Probe) -> Probe:
        """The probe with its program started by strace."""
        config = info.config
        entrypoint = list(config.get("Entrypoint") or ())
        if probe.entrypoint is not None:
            entrypoint = [probe.entrypoint] if probe.entrypoint else []
        argv = [*entrypoint, *(probe.arguments or tuple(config.get("Cmd") or ()))]
        self.number += 1
        strace = ("--library-path", FOLDER, f"{FOLDER}/strace", "-f", "-qq", "-y", "-s", "4096")
        return replace(
            probe,
            entrypoint=f"{FOLDER}/loader",
            arguments=(*strace, "-e", f"trace={_CALLS}", "-o", self._log, *argv),
            volumes=(*probe.volumes, f"{self.volume}:{FOLDER}"),
            capabilities=(*probe.capabilities, "SYS_PTRACE"),
        )

    @property
    def _log(self) -> str:
        return f"{FOLDER}/log/{self.number}"

    def read(self, directory: str, since: int = 0) -> Learned:
        """The observations of the runs after number ``since``, which were started in ``directory``.

        Raises EngineError.
        """
        learned = Learned()
        with self.engine.stream("cp", f"{self.reader}:{FOLDER}/log", "-") as stream:
            try:
                with tarfile.open(fileobj=stream, mode="r|") as logs:
                    for entry in logs:
                        name = entry.name.rpartition("/")[2]
                        log = logs.extractfile(entry) if entry.isfile() else None
                        if log and name.isdecimal() and int(name) > since:
                            learned = learned.with_more(read_trace(_lines(log), directory))
            except tarfile.TarError as error:
                raise EngineError(f"strace's log can't be read: {error}") from None
        return learned


def watched(
    tracing: Tracing, bench: TrialBench, info: ImageInfo, probes: Sequence[Probe]
) -> tuple[Learned, tuple[Trial, ...]]:
    """The observations of runs under strace, one run for each probe. Raises EngineError."""
    before = tracing.number
    trials = tuple(bench.observe(info.id, tracing.probe(info, probe)) for probe in probes)
    return tracing.read(info.config.get("WorkingDir") or "/", before), trials


def _lines(log: IO[bytes]) -> Iterator[str]:
    for line in log:
        yield line.decode("utf-8", "surrogateescape").rstrip("\n")


@contextmanager
def tracing(engine: Engine, info: ImageInfo, project: str, base: str) -> Iterator[Tracing]:
    """strace in a volume for the duration of the block; ``base`` is the base image of ``info``.

    Raises NoTracingError if the helper image can't be built.
    """
    run = unstaged_run()
    helper = f"bpkit-trace-{secrets.token_hex(6)}:latest"
    volume = f"bpkit-trace-{secrets.token_hex(6)}"
    reader = f"bpkit-trace-{secrets.token_hex(6)}"
    labels = ("--label", f"{PROJECT_LABEL}={project}", "--label", f"{RUN_LABEL}={run}")
    try:
        _build_helper(engine, info, helper, project, base)
        made = engine.attempt("volume", "create", *labels, volume)
        # An empty volume is filled with the image's files at its path: by docker when a container
        # is created, by podman when it is started.
        verb = "run" if engine.is_podman else "create"
        words = ("--name", reader, "--network", "none", "--volume", f"{volume}:{FOLDER}")
        filled = engine.attempt(verb, *labels, *words, helper, "true")
        if made.status or filled.status:
            raise NoTracingError(_last_line(made.stderr or filled.stderr))
        yield Tracing(engine, volume, reader)
    finally:
        engine.attempt("rm", "--force", reader)
        engine.attempt("volume", "rm", "--force", volume)
        engine.attempt("rmi", "--force", helper)


def _build_helper(engine: Engine, info: ImageInfo, name: str, project: str, base: str) -> None:
    names = tuple(dict.fromkeys((*_DEBIANS, base)))
    there = engine.inspect_images([*names])
    fitting = [n for n in names if n in there and there[n].architecture == info.architecture]
    said = ""
    for image in [*fitting[:1], *([info.id] if not fitting else []), *_DEBIANS[:1]]:
        with tempfile.TemporaryDirectory(prefix="bpkit-trace-") as directory:
            text = _HELPER.format(base=image, folder=FOLDER)
            Path(directory, "Dockerfile").write_text(text, encoding="utf-8")
            label = image_label(project, "trace")
            done = engine.attempt("build", "-q", "-t", name, "--label", label, directory)
        if done.status == 0:
            return
        said = _last_line(done.stderr)
    raise NoTracingError(said or "no local image has apt")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
