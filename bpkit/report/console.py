"""The only module through which a run writes to the terminal.

Standard output belongs to results; headings, notes, errors and what the engine writes go to
standard error. What the user chose (``--quiet``, ``--json``, ``NO_COLOR``, a pipe) is decided here,
once, and nothing but line ends and bpkit's own colours acts on the terminal.
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

    ``quiet`` leaves out headings and holds the engine's output back unless a command fails.
    ``pure_stdout`` makes the result one JSON object. ``schema`` is its name and version,
    ``bpkit/build/1``.
    """

    quiet: bool = False
    pure_stdout: bool = False
    schema: str = ""
    _held: IO[bytes] | None = field(default=None, repr=False)

    def begin(self, number: int, total: int, why: str) -> None:
        """Say which step begins; number 0 is a clean-up."""
        count = f"[{number}/{total}] " if number else ""
        if not self.quiet:
            self._say(bold(f"{count}{why}", sys.stderr))

    def note(self, text: str) -> None:
        """Say something worth knowing, even when quiet."""
        self._say(as_started(text))

    def streams(self) -> tuple[Stream, Stream]:
        """Standard output and standard error for the next command of the engine."""
        sys.stdout.flush()
        if self.quiet:
            # Open until the next command: closed by the collector, or read by command_failed.
            self._held = tempfile.TemporaryFile()  # noqa: SIM115
            return self._held, self._held
        # The classic builder writes to standard output, where it would be taken for the result.
        return 2, None

    def command_failed(self) -> None:
        """Show what was held back of the last command's output."""
        if self._held:
            self._held.seek(0)
            text = self._held.read().decode("utf-8", "surrogateescape")
            sys.stderr.write(safe(text, colour=coloured(sys.stderr)))
            sys.stderr.flush()

    def result(self, text: str, data: Mapping[str, object], *, schema: str = "") -> None:
        """The result, on standard output: as JSON if that is what the user chose, else as text.

        ``schema`` replaces the console's, for a result of another shape. Raises NoReaderError
        where nobody reads it, and OutputError where it can't be written.
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
        """The text of a file, on standard output: byte for byte, except on a terminal.

        Raises what ``result`` raises.
        """
        with _reader():
            sys.stdout.flush()
            shown = safe(text) if sys.stdout.isatty() else text
            sys.stdout.buffer.write(shown.encode("utf-8", "surrogateescape"))
            sys.stdout.buffer.flush()

    def _say(self, text: str) -> None:
        # If standard error can't be written, the status has to do.
        with suppress(OSError):
            sys.stderr.write(safe(text, colour=coloured(sys.stderr)) + "\n")
            sys.stderr.flush()


@contextmanager
def _reader() -> Iterator[None]:
    # plumbum would turn an OSError into a status of its own.
    try:
        yield
    except BrokenPipeError:
        raise NoReaderError from None
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror}") from None


def _is_utf8(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def coloured(stream: IO[str]) -> bool:
    """Whether ``stream`` is a terminal that wants colours (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def bold(text: str, stream: IO[str]) -> str:
    """``text`` as a heading, if ``stream`` shows such things."""
    return f"\033[1m{text}\033[0m" if coloured(stream) else text
