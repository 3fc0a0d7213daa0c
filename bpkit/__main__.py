"""``python -m bpkit``: the edge where an error becomes a message and a status."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from io import TextIOWrapper

from bpkit import __version__

# Like `typing.TYPE_CHECKING`, without the import, which takes longer than everything else.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from bpkit.errors import BpkitError

_STANDARD = 3
#: The name under which docker starts bpkit as a plugin, and the word by which it asks for metadata.
_PLUGIN = "docker-bpkit"
_METADATA = "docker-cli-plugin-metadata"
# Between two looks for unreachable objects; Python's own is 700.
_ALLOCATIONS = 100_000
# As if SIGPIPE had ended us.
_BROKEN_PIPE = 141


def run() -> None:
    """The program ``bpkit``: carry out its command line, and end at once.

    Freeing every object at exit would take a tenth of a warm build, and looking for unreachable
    ones while modules load a tenth of a lint.
    """
    _use_utf8()
    gc.set_threshold(_ALLOCATIONS)
    status = main()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


def _use_utf8() -> None:
    """Start again in Python's UTF-8 mode if the locale's file names aren't UTF-8.

    Dockerfiles are UTF-8 by definition, and builders compare their names with those on disk byte
    by byte; decoded as ASCII or Latin-1 they would silently match nothing.
    """
    if sys.getfilesystemencoding() != "utf-8" and sys.executable:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def main(argv: list[str] | None = None) -> int:
    """Run a command line; returns the exit status.

    0 done, 1 a check found something, 2 bad input, 3 no engine, 4 a step of the engine failed,
    70 a bug in bpkit, 74 the result could not be written, 128+n ended by signal n.
    """
    _prepare_streams()
    words = sys.argv[1:] if argv is None else argv
    status = _status_of(words)
    if process := sys.modules.get("bpkit.core.process"):
        process.end_running()
    try:
        # At exit, Python would try it again and print a traceback. A server of an editor has
        # closed it by now.
        if not sys.stdout.closed:
            sys.stdout.flush()
    except OSError as error:
        _give_up_stdout()
        if isinstance(error, BrokenPipeError):
            return _BROKEN_PIPE
        if status == 0:
            from bpkit.errors import OutputError

            _say(f"bpkit: standard output: {error.strerror}")
            return OutputError.status
    return status


def _prepare_streams() -> None:
    """Make sure that standard output and error are open, and can show any name.

    If the caller has closed standard output, the error appears when something is written.
    """
    flags = {0: os.O_RDONLY, 1: os.O_RDONLY}
    for number in range(_STANDARD):
        try:
            os.fstat(number)
        except OSError:
            # Otherwise the next file that is opened would take its place.
            os.set_inheritable(os.open(os.devnull, flags.get(number, os.O_RDWR)), True)
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _status_of(words: list[str]) -> int:
    try:
        return _run(words)
    except BaseException as error:  # noqa: BLE001
        # Errors are imported only if there is one: help and version don't need them.
        return _ended_by(error, words)


def _ended_by(error: BaseException, words: list[str]) -> int:
    """Report what ended the command line; its status."""
    from bpkit.errors import BpkitError, InputError, NoReaderError, OutputError

    match error:
        case NoReaderError():
            _give_up_stdout()
            return error.status
        case OutputError():
            _give_up_stdout()
            return _told(error, [])
        case BpkitError():
            return _told(error, words)
        case KeyboardInterrupt():
            _say("bpkit: interrupted")
            return 130
        case BrokenPipeError():
            _give_up_stdout()
            return _BROKEN_PIPE
        case OSError():
            text = f"{error.filename or 'the system'}: {error.strerror or error}"
            return _told(InputError(text), words)
        case Exception():
            # Any exception ends in a sentence and status 70.
            from bpkit.cli import own_fault

            return _told(own_fault(error, words), words)
    raise error


def _told(error: BpkitError, words: list[str]) -> int:
    """Print the error, also as JSON if that was asked for; its status."""
    from bpkit.report import error_json, error_text

    _say(error_text(error))
    if _wants_json(words):
        try:
            sys.stdout.write(error_json(error))
            sys.stdout.flush()
        except OSError:
            _give_up_stdout()
    return error.status


def _wants_json(words: list[str]) -> bool:
    """Whether these words ask for JSON, even if they can't be parsed."""
    switches = words[: words.index("--")] if "--" in words else words
    return bool({"--json", "--format=json"} & {*switches}) or "--format json" in " ".join(switches)


def _give_up_stdout() -> None:
    """Drop a standard output that can't be written, and what Python has buffered for it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _say(text: str) -> None:
    # Keep the order of output and errors; a failure of standard output is reported at the end.
    with suppress(OSError):
        sys.stdout.flush()
    # If standard error can't be written, only the exit status remains.
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _run(words: list[str]) -> int:
    if words[:1] == [_METADATA] or os.path.basename(sys.argv[0]) == _PLUGIN:
        from bpkit.cli import call_of, metadata

        if words[:1] == [_METADATA]:
            print(metadata())
            return 0
        call = call_of(tuple(words))
        os.environ.update(call.environment)
        words = list(call.words)
    if words in (["--version"], ["-v"], ["version"]):
        # Importing plumbum takes longer than printing this.
        print(f"bpkit {__version__}")
        return 0
    if words[:1] == ["build"]:
        from bpkit.verbs.build import recall

        if (text := recall(words)) is not None:
            sys.stdout.write(text)
            return 0
    if words[:1] == ["--completions"]:
        words = ["completion", *words[1:]]
    from bpkit.cli import NAMES, help_text

    if words[:1] == ["help"] and len(words) > 1:
        # As in git, docker and go, `help build` is `build --help`.
        words = [*words[1:2], "--help"]
    if not words or words in (["--help"], ["-h"], ["help"], ["help", "--help"]):
        print(help_text(), end="")
        return 0
    from bpkit.core import interruptible

    with interruptible():
        from bpkit.cli import Bpkit

        if words[0] not in NAMES and not words[0].startswith("-"):
            Bpkit.main(Bpkit("bpkit"), *words)
        _, status = Bpkit.run(["bpkit", *words], exit=False)
    return int(status or 0)


if __name__ == "__main__":
    run()
