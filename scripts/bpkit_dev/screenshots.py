"""Pictures of ``bpkit size --html``'s page for the documentation: ``scripts/screenshots``.

Both labs are built in a copy, on the engine that ``docker`` reaches, and the page of each is shown
in headless Chromium. The pictures are ``docs/images/size-LAB.png``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bpkit.errors import BpkitError, EngineError
from scripts.bpkit_dev.launch import ROOT
from scripts.bpkit_dev.webdriver import Browser, browser, missing

LABS = ("builder-pattern", "multi-stage")
_WIDTH, _HEIGHT = 1300, 1000


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status."""
    parser = argparse.ArgumentParser("scripts/screenshots", description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=ROOT / "docs/images", help="directory of the pictures"
    )
    arguments = parser.parse_args(argv)
    try:
        if absent := missing():
            raise EngineError(
                f"{', '.join(absent)} not found",
                hint="run 'apt-get install chromium chromium-driver'",
            )
        with tempfile.TemporaryDirectory(prefix="bpkit-screenshots-") as made:
            pages = {lab: page_of_lab(lab, Path(made)) for lab in LABS}
            with browser(Path(made)) as chromium:
                for lab, page in pages.items():
                    picture = arguments.output / f"size-{lab}.png"
                    picture.write_bytes(picture_of(chromium, page))
                    print(f"wrote {picture}")
    except BpkitError as error:
        print(f"scripts/screenshots: {error}", file=sys.stderr)
        return error.status
    return 0


def page_of_lab(lab: str, directory: Path) -> Path:
    """The page of a lab, built in a copy of it. Raises EngineError."""
    project, page = directory / lab, directory / f"{lab}.html"
    shutil.copytree(ROOT / "examples" / lab, project)
    for words in (["build"], ["size", "--html", str(page)]):
        done = subprocess.run(
            [sys.executable, "-m", "bpkit", *words],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EngineError(f"'bpkit {words[0]}' of {lab} failed:\n{done.stdout}")
    return page


def picture_of(chromium: Browser, page: Path) -> bytes:
    """The window's content once the page is drawn, as a PNG."""
    chromium.resize(_WIDTH, _HEIGHT)
    chromium.open(page)
    chromium.until("return document.querySelectorAll('.map > .tile').length > 0")
    return chromium.screenshot()
