"""A bug in bpkit as an error: a sentence, the versions, and a log file with the traceback.

A user attaches the log to a bug report. Values of build arguments are left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from contextlib import suppress
from itertools import pairwise

from bpkit import __version__
from bpkit.errors import BpkitError
from bpkit.project import cache_directory

_PATIENCE = 5.0
_HIDDEN = ("--build-arg", "--secret")


class OwnFaultError(BpkitError):
    """bpkit itself failed; nothing is known about the project or the image."""

    status = 70


def own_fault(error: Exception, words: list[str]) -> OwnFaultError:
    """The error to report instead of an unexpected ``error``, whose traceback is logged."""
    what = f"{type(error).__name__}: {error}".removesuffix(": ")
    if isinstance(error, MemoryError | RecursionError):
        what = f"{type(error).__name__}"
    versions = f"bpkit {__version__}, Python {sys.version.split()[0]}, {_engine(words)}"
    log = _logged(error, words, versions)
    kept = f"the traceback is in {log}" if log else "the traceback could not be written"
    return OwnFaultError(
        f"bpkit failed because of a bug, not because of your project: {what}",
        hint=f"{versions}\n{kept}; please include both in a bug report",
    )


def _engine(words: list[str]) -> str:
    """The version of the engine's client; its server is not asked."""
    named = [b for a, b in pairwise(words) if a == "--engine"]
    program = [*named, os.environ.get("DOCKER") or "docker"][0]
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return f"no answer from '{program} --version'"
    return done.stdout.decode("utf-8", "replace").strip() or f"no answer from '{program}'"


def _logged(error: Exception, words: list[str], versions: str) -> str:
    """The path of a new log file; empty if it can't be written."""
    # The traceback of a recursion has a thousand frames; the ends are enough.
    lines = traceback.format_exception(type(error), error, error.__traceback__, limit=-40)
    text = f"{versions}\nbpkit {' '.join(_without_values(words))}\n\n{''.join(lines)}"
    with suppress(OSError):
        directory = cache_directory() / "faults"
        directory.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix="fault-", suffix=".log", dir=directory)
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        return name
    return ""


def _without_values(words: list[str]) -> list[str]:
    """The words with what follows the = of a build argument left out."""
    shown: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        name, equals, rest = word.partition("=")
        if before in _HIDDEN and equals:
            word = f"{name}=***"  # noqa: PLW2901
        elif name in _HIDDEN and "=" in rest:
            word = f"{name}={rest.partition('=')[0]}=***"  # noqa: PLW2901
        shown.append(word)
    return shown
