"""An engine of a test's own, for tests that fill or kill it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.dockerd import unmount_below
from tests.engine.session import EngineSession
from tests.places import ROOT


@dataclass(frozen=True)
class OwnEngine:
    """An engine of the flavour under test, in a place of its own, ."""

    home: Path
    flavour: str

    def command(self, *words: str) -> str:
        return subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "engine"), *words, self.flavour],
            env={**os.environ, "BPKIT_ENGINE_HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def session(self) -> EngineSession:
        self.command("up")
        before = os.environ.get("BPKIT_ENGINE_HOME")
        os.environ["BPKIT_ENGINE_HOME"] = str(self.home)
        try:
            client = Client.of_flavour(self.flavour)
        finally:
            del os.environ["BPKIT_ENGINE_HOME"]
            if before is not None:
                os.environ["BPKIT_ENGINE_HOME"] = before
        return EngineSession(self.flavour, client, f"io.bpkit.test={uuid.uuid4().hex}")

    def remove(self) -> None:
        """Stop the daemon and remove all of it, what a killed one has left mounted too."""
        self.command("down")
        unmount_below(self.home)
        shutil.rmtree(self.home)

    def kill(self) -> None:
        """End the daemon as the kernel ends one that takes too much memory."""
        pidfile = self.home / self.flavour / "run" / "dockerd.pid"
        os.kill(int(pidfile.read_text()), signal.SIGKILL)


def loaded(own: OwnEngine, engine: EngineSession, directory: Path) -> EngineSession:
    """The engine, up and with busybox."""
    session = own.session()
    saved = directory / "busybox.tar"
    engine.docker("save", "-o", str(saved), "busybox")
    session.docker("load", "-i", str(saved))
    return session
