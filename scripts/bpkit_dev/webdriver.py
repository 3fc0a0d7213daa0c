"""A headless Chromium, driven by chromedriver's WebDriver protocol (W3C)."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Debian's names of the programs; the packages are chromium and chromium-driver.
PROGRAMS = ("chromium", "chromedriver")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "ArrowRight": "\ue014"}


def missing() -> list[str]:
    """The browser's programs that are missing on this machine."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Browser:
    """One page in one window."""

    def __init__(self, server: str, session: str) -> None:
        self._base = f"{server}/session/{session}"

    def open(self, page: Path) -> None:
        self._post("url", {"url": page.as_uri()})

    def visit(self, address: str) -> None:
        self._post("url", {"url": address})

    def resize(self, width: int, height: int) -> None:
        """Set the window's size, in CSS pixels."""
        self._post("window/rect", {"width": width, "height": height})

    def run(self, script: str, *arguments: object) -> Any:
        """The return value of a script in the page."""
        return self._post("execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector: str) -> str:
        """The element that a CSS selector matches."""
        found = self._post("element", {"using": "css selector", "value": selector})
        return str(found[_ELEMENT])

    def click(self, selector: str) -> None:
        self._post(f"element/{self.find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        self._post(f"element/{self.find(selector)}/value", {"text": text})

    def press(self, *names: str) -> None:
        """Press keys, by name, where the focus is."""
        actions = [
            {"type": kind, "value": _KEYS[name]} for name in names for kind in ("keyDown", "keyUp")
        ]
        self._post("actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def role(self, selector: str) -> str:
        """The role, as a screen reader gets it."""
        return str(_call("GET", f"{self._base}/element/{self.find(selector)}/computedrole"))

    def label(self, selector: str) -> str:
        """The name, as a screen reader gets it."""
        return str(_call("GET", f"{self._base}/element/{self.find(selector)}/computedlabel"))

    def until(self, script: str) -> None:
        """Wait until a script returns true."""
        end = time.monotonic() + 20
        while not self.run(script):
            assert time.monotonic() < end, script
            time.sleep(0.05)

    def screenshot(self) -> bytes:
        """The window's content, as a PNG."""
        return base64.b64decode(_call("GET", f"{self._base}/screenshot"))

    def complaints(self) -> list[str]:
        """The warnings and errors that the page wrote to the console."""
        found = self._post("se/log", {"type": "browser"})
        return [one["message"] for one in found if one["level"] in {"SEVERE", "WARNING"}]

    def _post(self, path: str, body: dict[str, object]) -> Any:
        return _call("POST", f"{self._base}/{path}", body)


def _call(method: str, url: str, body: dict[str, object] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{url}: {error.read().decode()[:2000]}") from None


@contextmanager
def browser(directory: Path, *, dark: bool = False) -> Iterator[Browser]:
    """A browser with a profile of its own in ``directory``."""
    driver = subprocess.Popen(
        ["chromedriver", "--port=0", f"--log-path={directory / 'driver.log'}"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert driver.stdout is not None
        port = next(
            line.rpartition("port ")[2].strip(" .\n")
            for line in driver.stdout
            if "started successfully on port" in line
        )
        server = f"http://127.0.0.1:{port}"
        arguments = [
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1300,1000"),
            *("--disable-dev-shm-usage", f"--user-data-dir={directory / 'profile'}"),
            *(["--force-dark-mode"] if dark else []),
        ]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        answer = _call("POST", f"{server}/session", {"capabilities": {"alwaysMatch": wanted}})
        session = answer["sessionId"]
        try:
            yield Browser(server, session)
        finally:
            _call("DELETE", f"{server}/session/{session}")
    finally:
        driver.terminate()
        driver.wait()
