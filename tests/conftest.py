"""Golden files: what a test shows is held against a file, which ``make golden`` writes anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

RENEW = "--renew-golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(RENEW, action="store_true", help="write golden files instead of comparing")


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
