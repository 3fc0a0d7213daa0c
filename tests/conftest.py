"""What all tests share: golden files, which ``make golden`` writes anew, and a way to be ended."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

RENEW = "--renew-golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(RENEW, action="store_true", help="write golden files instead of comparing")


def pytest_configure() -> None:
    """Let SIGINT end what the tests start.

    A shell without job control has it ignored by what it puts in the background (POSIX, Shell
    Command Language, 2.11), as ``make test &`` in a script; all our children would inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """A function that holds a text against a file; with ``--renew-golden`` it writes the file."""
    renew: bool = request.config.getoption(RENEW)

    def hold(file: Path, shown: str) -> None:
        if renew:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(shown)
        assert file.is_file(), f"there is no {file}; `make golden` writes it"
        assert shown == file.read_text(), f"not as in {file}; if it should be so: make golden"

    return hold
