"""The site of the documentation in a real browser, on a wide screen and on a narrow one."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.bpkit_dev.webdriver import Browser
from tests.places import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = (
    "",
    "install/",
    "tutorial/builder-pattern/",
    "how-to/monorepo/",
    "settings/",
    "verbs/build/",
    "rules/",
    "rules/BPK201/",
    "dependencies/",
    "json/",
    "size/",
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the requests are of no interest."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, built from the documentation as it is."""
    built = tmp_path_factory.mktemp("site")
    argv = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "--site-dir", str(built)]
    subprocess.run(argv, cwd=ROOT, check=True)
    handler = functools.partial(Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize("width", [1280, 500])
def test_every_page_fits_and_fetches_nothing_from_elsewhere(
    site: str, chromium: Browser, width: int
) -> None:
    chromium.resize(width, 900)
    for page in PAGES:
        chromium.visit(f"{site}{page}")
        seen = chromium.run("return [document.documentElement.scrollWidth, window.innerWidth]")
        assert seen[0] <= seen[1] <= width, page
        fetched = chromium.run(
            "return performance.getEntriesByType('resource').map((one) => one.name)"
        )
        assert fetched, page
        assert [name for name in fetched if not str(name).startswith((site, "data:"))] == [], page
        assert chromium.run("return document.querySelector('h1').textContent"), page
    assert chromium.complaints() == []


def test_the_menu_is_there_at_both_widths(site: str, chromium: Browser) -> None:
    menu = "return getComputedStyle(document.querySelector('.md-sidebar--primary')).{}"
    for width, where in ((1280, "sticky"), (500, "fixed")):
        chromium.resize(width, 900)
        chromium.visit(f"{site}how-to/wont-start/")
        assert chromium.run(menu.format("position")) == where


def test_pictures_are_shown(site: str, chromium: Browser) -> None:
    chromium.visit(f"{site}size/")
    sizes = chromium.run("return [...document.images].map((one) => one.naturalWidth)")
    assert sizes
    assert 0 not in sizes
    assert Path(ROOT / "docs" / "images" / "lab-1.svg").read_text().startswith("<svg")
