"""What all tests share: golden files, which ``make golden`` writes anew, and what signals do."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples import load_profile

# Before any test is collected: a property takes its settings when it is decorated.
load_profile()

RENEW = "--renew-golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(RENEW, action="store_true", help="write golden files instead of comparing")


def pytest_configure() -> None:
    """Let signals end what the tests start, however they themselves were started.

    A shell without job control has SIGINT ignored by what it puts in the background (POSIX, Shell
    Command Language, 2.11), as ``make test &`` in a script, and ``nohup`` does so with SIGHUP; all
    our children would inherit that. A handler is not inherited: with one that does nothing, the
    tests still outlive the terminal.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


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
