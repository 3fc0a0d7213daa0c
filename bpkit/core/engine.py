"""The container engine, through its command line: questions, answers, abilities.

All commands are those of ``docker``, which podman shares. Answers are values; a
failure is an EngineError with the engine's own message, or a NoEngineError if there is
no engine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import IO, Any

from bpkit.core.buildx import client_configuration, has_buildx
from bpkit.core.process import Completed, ProgramMissingError, completed, output, start
from bpkit.errors import EngineError, InputError, NoEngineError
from bpkit.light import dataclass, regex

# What the clients print when no server answers.
_UNREACHABLE = regex(
    r"cannot connect to the docker daemon|error during connect|is the docker daemon running"
    r"|unable to connect to podman|connection refused|no such host|failed to connect to the docker"
    r"|docker daemon is not running|permission denied while trying to connect"
    r"|unexpected EOF\s*\Z|http: server closed|broken pipe",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ImageInfo:
    """What ``image inspect`` says about an image; ``size`` is in bytes, ``layers`` are diff ids.

    ``tagged`` is when it was last tagged; empty if the engine doesn't say.
    """

    id: str
    tags: tuple[str, ...]
    size: int
    created: str
    os: str
    architecture: str
    variant: str
    layers: tuple[str, ...]
    config: Mapping[str, Any] = field(default_factory=dict, hash=False)
    tagged: str = ""

    @property
    def labels(self) -> Mapping[str, str]:
        return self.config.get("Labels") or {}

    @property
    def triggers(self) -> tuple[str, ...]:
        """Its ONBUILD instructions, which every build that starts from it runs."""
        return tuple(self.config.get("OnBuild") or ())

    @property
    def platform(self) -> str:
        """As ``--platform`` takes it: ``linux/arm64/v8``."""
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


@dataclass(frozen=True)
class Versions:
    """The client's and the server's version, and whether the engine is podman.

    ``machine`` is the server's architecture as Go names it, empty if unknown.
    """

    client: str
    server: str
    podman: bool
    machine: str = ""

    @property
    def client_major(self) -> int:
        found = re.match(r"\d+", self.client)
        return int(found.group()) if found else 0


class Question:
    """A command of the engine that is running; ``answer`` waits for it."""

    def __init__(self, argv: tuple[str, ...], process: subprocess.Popen[bytes]) -> None:
        self._argv = argv
        self._process = process

    def answer(self) -> Completed:
        """How the command ended; the caller decides what a failure means."""
        return completed(self._argv, self._process)


@dataclass(frozen=True)
class Engine:
    """An engine, by the command that reaches it: ``("docker",)``, ``("docker", "--context", "x")``.

    ``watch`` is called with the number of bytes read from a stream so far, and -1 at its end.
    """

    words: tuple[str, ...] = ("docker",)
    watch: Callable[[int], None] | None = field(default=None, compare=False, repr=False)

    @property
    def is_podman(self) -> bool:
        """Whether the program is called podman; only ``versions`` is certain."""
        return "podman" in Path(self.words[0]).name

    def ask(self, *arguments: str) -> Question:
        """Start a command whose answer is needed later. Raises NoEngineError."""
        argv = (*self.words, *arguments)
        try:
            process = start(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except ProgramMissingError as error:
            raise no_such_program(error.program) from None
        return Question(argv, process)

    def attempt(self, *arguments: str, cwd: str | None = None) -> Completed:
        """Run a command and return how it ended, failed or not. Raises NoEngineError."""
        try:
            return output((*self.words, *arguments), cwd=cwd)
        except ProgramMissingError as error:
            raise no_such_program(error.program) from None

    def output(self, *arguments: str) -> str:
        """What a command wrote on standard output. Raises EngineError or NoEngineError."""
        done = self.attempt(*arguments)
        if done.status != 0:
            raise failure(done)
        return done.stdout

    def lines(self, *arguments: str) -> list[str]:
        """The lines that a command wrote; raises as ``output`` does."""
        return self.output(*arguments).splitlines()

    def versions(self) -> Versions:
        """Client and server. Raises NoEngineError if no server answers."""
        return read_versions(self.attempt("version", "--format", "{{json .}}"))

    def inspect_images(self, names: Sequence[str]) -> dict[str, ImageInfo]:
        """The named images that the engine has."""
        return read_images(names, self.ask_images(names).answer()) if names else {}

    def ask_images(self, names: Sequence[str]) -> Question:
        """The question behind ``inspect_images``, for ``read_images`` to read."""
        return self.ask("image", "inspect", *dict.fromkeys(names))

    def image(self, name: str) -> ImageInfo:
        """The image of this name. Raises EngineError if it doesn't exist."""
        found = self.inspect_images([name])
        if name not in found:
            said = f"the image '{name}' doesn't exist on this engine"
            raise EngineError(said, hint="build or pull it first")
        return found[name]

    @contextmanager
    def stream(self, *arguments: str) -> Iterator[IO[bytes]]:
        """The standard output of a command as it arrives (``export``, ``cp … -``, ``save``).

        Raises EngineError if the command fails; a reader that stops
        early ends the command.
        """
        argv = (*self.words, *arguments)
        try:
            process = start(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except ProgramMissingError as error:
            raise no_such_program(error.program) from None
        assert process.stdout is not None
        assert process.stderr is not None
        watched: Any = _Watched(process.stdout, self.watch) if self.watch else process.stdout
        try:
            yield watched
            rest = process.stdout.read(1)
            if rest:
                process.terminate()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        finally:
            if self.watch:
                self.watch(-1)
        message = process.stderr.read().decode("utf-8", "replace")
        if process.wait() != 0 and not rest:
            raise failure(Completed(argv, process.returncode, "", message))


class _Watched:
    """A stream that counts the bytes read from it."""

    def __init__(self, stream: IO[bytes], watch: Callable[[int], None]) -> None:
        self._stream: Any = stream
        self._watch = watch
        self._count = 0
        watch(0)

    def read(self, size: int = -1) -> bytes:
        block: bytes = self._stream.read(size)
        self._counted(len(block))
        return block

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto(buffer) or 0
        self._counted(count)
        return count

    def fileno(self) -> int:
        number: int = self._stream.fileno()
        return number

    def _counted(self, count: int) -> None:
        self._count += count
        self._watch(self._count)


def no_such_program(program: str) -> NoEngineError:
    """The error for an engine whose program is not on PATH."""
    return NoEngineError(
        f"'{program}' is not on PATH",
        hint="install it, pass another engine with --engine, or run 'bpkit doctor' for details",
    )


def failure(done: Completed) -> EngineError | NoEngineError:
    """The error for an engine command that failed, in the engine's own words."""
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    message = said[-1] if said else f"ended with status {done.status}"
    if is_unreachable(done.stderr):
        return NoEngineError(
            f"the engine does not respond: {message}",
            hint="start it, pass another with --engine or --context, "
            "or run 'bpkit doctor' to see what is missing",
        )
    command = " ".join(done.argv[:3])
    return EngineError(f"{command}: {message}")


def is_unreachable(stderr: str) -> bool:
    """Whether the client printed this because no server answered."""
    return _UNREACHABLE.search(stderr) is not None


def read_versions(done: Completed) -> Versions:
    """What ``version --format '{{json .}}'`` said. Raises NoEngineError if no server answered."""
    try:
        said = json.loads(done.stdout)
    except ValueError:
        said = {}
    client, server = said.get("Client") or {}, said.get("Server")
    # Podman without a service is client and server in one.
    podman = "APIVersion" in client or "podman" in str(client).lower()
    if podman and not server:
        server = client
    if not server or not client:
        error = failure(done)
        raise NoEngineError(error.message, hint=error.hint) if error.status != 3 else error
    machine = server.get("Arch") or str(server.get("OsArch", "")).rpartition("/")[2]
    return Versions(client.get("Version", ""), server.get("Version", ""), podman, machine)


def read_images(names: Sequence[str], done: Completed) -> dict[str, ImageInfo]:
    """The answer to ``ask_images``, by the names that were asked for; missing ones are left out.

    Raises NoEngineError if no server answered.
    """
    if done.status != 0 and is_unreachable(done.stderr):
        raise failure(done)
    try:
        infos = [_image_info(one) for one in json.loads(done.stdout or "[]")]
    except ValueError:
        raise failure(done) from None
    tagged = {tag: info for info in infos for tag in info.tags}
    found = {name: _called(name, infos, tagged) for name in names}
    return {name: info for name, info in found.items() if info}


def _image_info(said: Mapping[str, Any]) -> ImageInfo:
    return ImageInfo(
        id=_full_id(said["Id"]),
        tags=tuple(said.get("RepoTags") or ()),
        size=int(said.get("Size") or 0),
        created=str(said.get("Created", "")),
        os=said.get("Os", ""),
        architecture=said.get("Architecture", ""),
        variant=said.get("Variant") or "",
        layers=tuple((said.get("RootFS") or {}).get("Layers") or ()),
        config=said.get("Config") or {},
        tagged=str((said.get("Metadata") or {}).get("LastTagTime") or ""),
    )


def _full_id(text: str) -> str:
    return text if ":" in text else f"sha256:{text}"


def _called(
    name: str, infos: Sequence[ImageInfo], tagged: Mapping[str, ImageInfo]
) -> ImageInfo | None:
    """The image of the user's ``name``, or of an id that begins so (podman: localhost/name)."""
    digits = name.removeprefix("sha256:")
    for info in infos if re.fullmatch(r"[0-9a-f]{12,64}", digits) else ():
        if info.id[7:].startswith(digits):
            return info
    wanted = name if ":" in name.rpartition("/")[2] else f"{name}:latest"
    prefixes = ("", "docker.io/library/", "docker.io/", "localhost/", "library/")
    full = (one for p in prefixes for one in (p + wanted, wanted.removeprefix(p)))
    return next((tagged[one] for one in full if one in tagged), None)


def uses_buildkit(versions: Versions, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether ``build`` uses BuildKit: docker/cli's cmd/docker/builder.go, without asking.

    A wrong answer costs time only: a plan for the classic builder is right for both.
    """
    if versions.podman:
        return False
    if said := says_builder(environ):
        return said.lower() in {"1", "t", "true"}
    return versions.client_major >= 23 and has_buildx(environ)


def check_context(name: str, environ: Mapping[str, str] = os.environ) -> None:
    """Raise InputError for a Docker context that the client's configuration doesn't have.

    The client keeps each in a directory named with the SHA-256 of its name (docker/cli's
    cli/context/store), so the client need not be asked.
    """
    # hashlib loads OpenSSL, which is slow.
    from hashlib import sha256

    metadata = Path(client_configuration(environ), "contexts", "meta")
    if name == "default" or (metadata / sha256(name.encode()).hexdigest()).is_dir():
        return
    known = sorted({"default", *_contexts(metadata)})
    raise InputError(
        f"--context: Docker context '{name}' not found",
        hint=f"pass one of {', '.join(known)}, or create it with 'docker context create'",
    )


def _contexts(metadata: Path) -> Iterator[str]:
    for path in metadata.glob("*/meta.json"):
        try:
            name = json.loads(path.read_bytes()).get("Name")
        except (OSError, ValueError, AttributeError, RecursionError):
            continue
        if isinstance(name, str):
            yield name


def says_builder(environ: Mapping[str, str] = os.environ) -> str:
    """The value of DOCKER_BUILDKIT, which chooses the builder; empty if not set."""
    return environ.get("DOCKER_BUILDKIT", "")
