"""Writes the files of a project all together or not at all, and only over what bpkit wrote.

What bpkit writes has a comment near its top that says so and holds a digest of the rest. A file
without that comment, or changed since, is the user's: it is replaced only on request, and kept as
.bak.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from bpkit.errors import InputError, Place
from bpkit.light import dataclass, regex

# Characters that would end the line, and with it the comment.
_CONTROL = regex(r"[\x00-\x1f\x7f]")
_SEAL = regex(
    r"^(?:# |  \"//\": \")Made by bpkit [^\n]* \[(?P<digest>[0-9a-f]{12})\](?:\",)?\n", re.MULTILINE
)
# Lines that must come first in a file: a shebang, a Dockerfile's parser directives.
_FIRST = regex(r"(?:#![^\n]*\n)?(?:#[ \t]*\w+[ \t]*=[^\n]*\n)*")
NEW, SAME, RENEWED, FOREIGN = "new", "same", "renewed", "not bpkit's"


@dataclass(frozen=True)
class NewFile:
    """A file to write: its name in the project, its text, and its current text.

    ``state`` is how the two compare: ``new``, ``same``, ``renewed`` (bpkit wrote the old one), or
    ``not bpkit's``.
    """

    name: str
    text: str
    before: str | None = None
    executable: bool = False

    @property
    def state(self) -> str:
        if self.before is None:
            return NEW
        if self.before == self.text:
            return SAME
        return RENEWED if is_sealed(self.before) else FOREIGN


def sealed(what: str, text: str) -> str:
    """``text`` with the line by which bpkit recognizes it; ``what`` says what made it.

    The line comes first, but after a shebang and a Dockerfile's parser directives. In JSON it is
    the first member, ``"//"``, which readers of HCL's JSON ignore as a comment.
    """
    found = _FIRST.match(text)
    at = found.end() if found else 0
    line = _CONTROL.sub("?", f"# Made by bpkit {what} [{_digest(text)}]")
    if text.startswith("{\n"):
        at = len("{\n")
        line = f'  "//": {json.dumps(line.removeprefix("# "))},'
    return f"{text[:at]}{line}\n{text[at:]}"


def is_sealed(text: str) -> bool:
    """Whether bpkit wrote this text, and it hasn't been changed since."""
    found = _SEAL.search(text)
    if found is None:
        return False
    return _digest(text[: found.start()] + text[found.end() :]) == found["digest"]


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def check_mine(files: Sequence[NewFile], *, force: bool) -> None:
    """Raise InputError, which names them all, for files that bpkit did not write."""
    foreign = [file.name for file in files if file.state == FOREIGN]
    if foreign and not force:
        raise InputError(
            f"{', '.join(foreign)}: not written by bpkit, or changed since",
            hint=(
                "nothing was written; pass --force to replace and keep a .bak, or --diff to compare"
            ),
        )


def write_together(directory: Path, files: Sequence[NewFile], *, force: bool = False) -> None:
    """Write the files, or leave everything as it was.

    Raises InputError for one of the user's files without ``force``, and if the disk refuses.
    """
    check_mine(files, force=force)
    wanted = [file for file in files if file.state != SAME]
    staged: list[tuple[NewFile, Path]] = []
    undo: list[NewFile] = []
    try:
        for file in wanted:
            staged.append((file, _staged(directory, file)))
        for file, temporary in staged:
            if file.state == FOREIGN:
                _keep(directory / file.name)
            undo.append(file)
            temporary.replace(directory / file.name)
    except OSError as error:
        put_back(directory, undo)
        raise InputError(
            f"nothing was written: {error.strerror}", place=Place(str(directory))
        ) from None
    finally:
        for _, temporary in staged:
            temporary.unlink(missing_ok=True)


def _staged(directory: Path, file: NewFile) -> Path:
    """The new text beside its place, on the same file system, so that a rename puts it there."""
    # Imported late, like hashlib above: they take 3 ms, and most runs write nothing.
    import tempfile

    number, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=directory)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(file.text.encode("utf-8", "surrogateescape"))
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    umask = os.umask(0)
    os.umask(umask)
    Path(name).chmod((0o777 if file.executable else 0o666) & ~umask)
    return Path(name)


def _keep(path: Path) -> None:
    """Keep the file as .bak, .bak2 or the next free name: an older copy may matter too."""
    number = 1
    while (kept := path.with_name(f"{path.name}.bak{number if number > 1 else ''}")).exists():
        number += 1
    kept.write_bytes(path.read_bytes())


def set_aside(path: Path) -> None:
    """Remove a file, kept as ``.bak``."""
    _keep(path)
    path.unlink()


def put_back(directory: Path, files: Sequence[NewFile]) -> None:
    """Leave the files as they were before they were written."""
    for file in files:
        path = directory / file.name
        if file.before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(file.before.encode("utf-8", "surrogateescape"))
