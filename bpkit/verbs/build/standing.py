"""The answer of an up-to-date build, reused as long as nothing has changed.

A warm build would spend most of its time importing the code that reads Dockerfiles. So its answer
is kept with a digest of everything that it follows from: the command, the environment, the client,
the names in the directories that were read, the bytes of every file, and what the engine said about
the images. Here these are read again without interpreting them, while the engine answers; if
anything differs, the build runs as usual. ``bpkit.verbs.build.keeping`` keeps the answer.
"""

from __future__ import annotations

import os
import stat

from bpkit import __version__
from bpkit.core import has_buildx
from bpkit.project import attributes, cache_place, read_kept_bytes
from bpkit.verbs.build.early_question import CAN_ASK_EARLY, EarlyQuestion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: With more names in directories, or bytes in files, reading them would take too long.
MOST_NAMES = 2000
MOST_BYTES = 32 << 20
# Variables that shells set for each command, or on each change of directory.
_PASSING = frozenset({"_", "OLDPWD", "SHLVL"})
_BETWEEN = b"\0\0"
_FORMAT = b"1"


class StandingAnswer:
    """An answer and the evidence that it follows from.

    ``everything`` and ``engine`` are digests of the evidence on this host and of the engine's
    answer about ``images``; ``directories`` and ``files`` are the paths that were read.
    ``staging`` is the prefix of the project's staging directories.
    """

    def __init__(
        self,
        everything: str,
        engine: str,
        images: Sequence[str],
        staging: str,
        *,
        directories: Sequence[str],
        files: Sequence[str],
        text: str,
    ) -> None:
        self.everything = everything
        self.engine = engine
        self.images = images
        self.staging = staging
        self.directories = directories
        self.files = files
        self.text = text

    def to_bytes(self) -> bytes:
        """The answer in its stored form."""
        head = "\n".join((self.everything, self.engine, " ".join(self.images), self.staging, ""))
        paths = ("\0".join(self.directories), "\0".join(self.files))
        parts = (part.encode("utf-8", "surrogateescape") for part in (*paths, self.text))
        return b"\n".join((_FORMAT, head.encode())) + _BETWEEN.join(parts)


def read_answer(kept: bytes) -> StandingAnswer | None:
    """The answer in these bytes from ``to_bytes``; None for another version's format."""
    lines = kept.split(b"\n", 5)
    if lines[0] != _FORMAT or len(lines) != 6:
        return None
    parts = [one.decode("utf-8", "surrogateescape") for one in lines[5].split(_BETWEEN, 2)]
    everything, engine, images, staging = (one.decode("utf-8", "replace") for one in lines[1:5])
    if len(parts) != 3:
        return None
    directories, files = (part.split("\0") for part in parts[:2])
    return StandingAnswer(
        everything,
        engine,
        images.split(" "),
        staging,
        directories=directories,
        files=files,
        text=parts[2],
    )


def recall(words: Sequence[str]) -> str | None:
    """The last output of this command line, if everything that it follows from is the same.

    None if anything differs, or nothing is stored. Raises InterruptedRunError.
    """
    if not CAN_ASK_EARLY:
        return None
    try:
        return _recall(words)
    except OSError:
        # The full run reports the problem.
        return None


def _recall(words: Sequence[str]) -> str | None:
    kept = read_kept_bytes(answer_path(words))
    answer = read_answer(kept) if kept else None
    if answer is None:
        return None
    with EarlyQuestion((engine_program(), "image", "inspect", *answer.images)) as question:
        if _is_left_over(answer.staging):
            return None
        if evidence(words, answer.directories, answer.files) != answer.everything:
            return None
        said = question.answer()
    return answer.text if said and hexdigest(said) == answer.engine else None


def answer_path(words: Sequence[str]) -> str:
    """The path of the stored answer to this command line in this directory.

    Two command lines may share a file and replace each other: ``evidence`` includes the words.
    """
    here = os.stat(".")
    shown = "".join(c if c.isascii() and c.isalnum() else "-" for c in " ".join(words))
    name = f"{here.st_dev:x}-{here.st_ino:x}-{shown[:100]}"
    return os.path.join(cache_place(), "answers", name)


def engine_program() -> str:
    """The engine's program, unless a switch names one."""
    return os.environ.get("DOCKER") or "docker"


def hexdigest(data: bytes) -> str:
    """A digest of the bytes, in hexadecimal."""
    # Loading OpenSSL takes long, but the engine is still answering.
    from hashlib import sha256

    return sha256(data).hexdigest()


def evidence(words: Sequence[str], directories: Sequence[str], files: Sequence[str]) -> str:
    """A digest of all evidence on this host. Raises OSError."""
    environment = (f"{n}={v}" for n, v in sorted(os.environ.items()) if n not in _PASSING)
    around = (__version__, os.getcwd(), str(len(words)), *words, *_client(), *environment)
    parts = [part.encode("utf-8", "surrogateescape") for part in around]
    parts += [one for path in directories for one in _names(path)]
    if sum(os.lstat(path).st_size for path in files) > MOST_BYTES:
        raise OSError("the files are too large")
    parts += [one for path in files for one in _content(path)]
    return hexdigest(b"".join(b"%d:%b" % (len(part), part) for part in parts))


def _client() -> Iterator[str]:
    """What identifies the client and the builder that it uses."""
    program = engine_program()
    places = [program] if "/" in program else [os.path.join(p, program) for p in os.get_exec_path()]
    for place in places:
        if os.access(place, os.X_OK) and os.path.isfile(place):
            status = os.stat(place)
            yield f"{os.path.realpath(place)} {status.st_size} {status.st_mtime_ns}"
            break
    yield f"buildx: {has_buildx()}"


def _names(directory: str) -> Iterator[bytes]:
    """The names in a directory, each with its type. Raises OSError."""
    yield os.fsencode(directory)
    with os.scandir(directory) as entries:
        found = [(os.fsencode(entry.name), _type_of(entry)) for entry in entries]
    if len(found) > MOST_NAMES:
        raise OSError(f"{directory}: too many names")
    for name, kind in sorted(found):
        yield name
        yield kind


def _type_of(entry: os.DirEntry[str]) -> bytes:
    if entry.is_symlink():
        return b"l"
    return b"d" if entry.is_dir() else b"f" if entry.is_file() else b"?"


def _content(path: str) -> Iterator[bytes]:
    """A file's mode, attributes, and content or link target. Raises OSError."""
    status = os.lstat(path)
    yield os.fsencode(path)
    yield b"%o" % status.st_mode
    yield attributes(path)
    if stat.S_ISLNK(status.st_mode):
        yield os.fsencode(os.readlink(path))
    elif stat.S_ISREG(status.st_mode):
        with open(path, "rb") as file:
            yield hexdigest(file.read()).encode()


def _is_left_over(staging: str) -> bool:
    """Whether the project has a staging directory, perhaps left over from a killed run."""
    parent = os.path.abspath(os.environ.get("TMPDIR") or "/tmp")
    return any(name.startswith(staging) for name in os.listdir(parent))
