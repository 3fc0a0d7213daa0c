"""Runs the machine's commands through ``sh``; a failure is a BpkitError with the last lines.

Output is collected, not shown: only its end matters, and only if a command fails.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import sh

from bpkit.errors import BpkitError, EngineError

LINES_SHOWN = 15


def output(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float | None = None,
    error: type[BpkitError] = EngineError,
) -> str:
    """The command's standard output.

    ``env`` is added to the environment, ``timeout`` is in seconds. Raises ``error`` when the
    command is missing, fails, or takes longer.
    """
    shown = " ".join(str(word) for word in argv)
    try:
        with open(os.devnull, "rb") as nothing:
            return str(
                sh.Command(str(argv[0]))(
                    *(str(word) for word in argv[1:]),
                    _env={**os.environ, **(env or {})},
                    _cwd=str(cwd) if cwd else None,
                    _in=nothing,
                    _timeout=timeout,
                    _tty_out=False,
                )
            )
    except sh.CommandNotFound:
        raise error(f"the program {argv[0]} was not found on this machine") from None
    except sh.TimeoutException:
        raise error(f"no answer within {timeout} s: {shown}") from None
    except sh.ErrorReturnCode as failure:
        said = (failure.stderr or failure.stdout).decode("utf-8", "replace")
        raise error(f"failed with status {failure.exit_code}: {shown}", hint=tail(said)) from None


def succeeds(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> bool:
    """Whether the command ends with status 0."""
    try:
        output(argv, env=env, timeout=timeout)
    except EngineError:
        return False
    return True


def tail(text: str, lines: int = LINES_SHOWN) -> str:
    """The last ``lines`` lines of ``text``, indented below a message."""
    return "\n  ".join(text.rstrip().splitlines()[-lines:])
