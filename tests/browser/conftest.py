"""The fixture ``chromium``: a browser, which the tests of a module share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from scripts.bpkit_dev.webdriver import Browser, browser, missing


def skip_without_browser() -> None:
    """Skip the test where there is no Chromium; in CI that is a fault."""
    if absent := missing():
        reason = (
            f"{', '.join(absent)} not found: on Debian, apt-get install chromium chromium-driver"
        )
        # Where nobody reads what was skipped, a browser that is missing is a fault.
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    skip_without_browser()
    with browser(tmp_path_factory.mktemp("browser")) as found:
        yield found
