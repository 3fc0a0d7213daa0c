"""The only module through which a run writes to the terminal.

Standard output is for results; headings, notes, errors and the engine's output go to standard
error. The user's choices (``--quiet``, ``--json``, ``NO_COLOR``, a pipe) are evaluated here, once,
and no control characters except line ends and bpkit's own colours reach the terminal.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, TextIO

from bpkit.core import Stream
from bpkit.errors import NoReaderError, OutputError
from bpkit.report.escaping import safe, safe_json
from bpkit.report.invocation import as_started


@dataclass
class Console:
    """Headings and notes on standard error.

    ``quiet`` omits headings, and the engine's output unless a command fails.
    ``pure_stdout`` makes the result one JSON object. ``schema`` is its name and version,
    ``bpkit/build/1``.
    """

    quiet: bool = False
    pure_stdout: bool = False
    schema: str = ""
    _held: IO[bytes] | None = field(default=None, repr=False)

    def begin(self, number: int, total: int, why: str) -> None:
        """Announce the step that begins; number 0 is the cleanup."""
        count = f"[{number}/{total}] " if number else ""
        if not self.quiet:
            self._say(bold(f"{count}{why}", sys.stderr))

    def note(self, text: str) -> None:
        """Print a note, even with ``quiet``."""
        self._say(as_started(text))

    def streams(self) -> tuple[Stream, Stream]:
        """Standard output and standard error for the engine's next command."""
        sys.stdout.flush()
        if self.quiet:
            # Open until the next command: garbage collection closes it, or command_failed reads it.
            self._held = tempfile.TemporaryFile()  # noqa: SIM115
            return self._held, self._held
        # The classic builder writes to standard output, where its log would be mixed with the
        # result.
        return 2, None

    def command_failed(self) -> None:
        """Show the withheld output of the last command."""
        if self._held:
            self._held.seek(0)
            text = self._held.read().decode("utf-8", "surrogateescape")
            sys.stderr.write(safe(text, colour=coloured(sys.stderr)))
            sys.stderr.flush()

    def result(self, text: str, data: Mapping[str, object], *, schema: str = "") -> None:
        """Write the result to standard output: as JSON if the user chose that, else as text.

        ``schema`` replaces the console's, for a result of another shape. Raises NoReaderError if
        the pipe is closed, and OutputError if it can't be written.
        """
        if self.pure_stdout:
            shown = {"schema": schema or self.schema, **data}
            ascii_only = not _is_utf8(sys.stdout)
            text = safe_json(json.dumps(shown, indent=2, ensure_ascii=ascii_only)) + "\n"
        else:
            text = safe(text, colour=coloured(sys.stdout))
        with _reader():
            sys.stdout.write(text)
            sys.stdout.flush()

    def file(self, text: str) -> None:
        """Write the text of a file to standard output: byte for byte, except on a terminal.

        Raises the same errors as ``result``.
        """
        with _reader():
            sys.stdout.flush()
            shown = safe(text) if sys.stdout.isatty() else text
            sys.stdout.buffer.write(shown.encode("utf-8", "surrogateescape"))
            sys.stdout.buffer.flush()

    def _say(self, text: str) -> None:
        # If standard error can't be written, only the exit status remains.
        with suppress(OSError):
            sys.stderr.write(safe(text, colour=coloured(sys.stderr)) + "\n")
            sys.stderr.flush()


@contextmanager
def _reader() -> Iterator[None]:
    # plumbum would turn an OSError into its own exit status.
    try:
        yield
    except BrokenPipeError:
        raise NoReaderError from None
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror}") from None


def _is_utf8(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def coloured(stream: IO[str]) -> bool:
    """Whether ``stream`` is a terminal that shows colours (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def bold(text: str, stream: IO[str]) -> str:
    """``text`` in bold, if ``stream`` is a terminal that shows it."""
    return f"\033[1m{text}\033[0m" if coloured(stream) else text
