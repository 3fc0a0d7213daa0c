"""``python -m bpkit``: the edge where an error becomes a message and a status."""

from __future__ import annotations

import os
import sys

from bpkit import __version__


def main(argv: list[str] | None = None) -> int:
    """Carry out a command line; the exit status.

    0 done, 1 a check found something, 2 bad input, 3 no engine, 4 a step of the engine failed,
    128+n ended by signal n.
    """
    words = sys.argv[1:] if argv is None else argv
    if words in (["--version"], ["-v"], ["version"]):
        # plumbum takes longer to import than this takes to say.
        print(f"bpkit {__version__}")
        return 0
    from bpkit.errors import BpkitError

    try:
        return _run(words)
    except BpkitError as error:
        _say(f"bpkit: {error}")
        return error.status
    except KeyboardInterrupt:
        _say("bpkit: interrupted")
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; what Python still holds back must not be tried again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except OSError as error:
        _say(f"bpkit: {error.filename or 'the system'}: {error.strerror or error}")
        return 2


def _say(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def _run(words: list[str]) -> int:
    from bpkit.cli import app

    if not words or words in (["--help"], ["-h"], ["help"]):
        print(app.help_text(), end="")
        return 0
    if words[0] not in app.NAMES and not words[0].startswith("-"):
        app.Bpkit.main(app.Bpkit("bpkit"), *words)
    _, status = app.Bpkit.run(["bpkit", *words], exit=False)
    return int(status or 0)


if __name__ == "__main__":
    sys.exit(main())
