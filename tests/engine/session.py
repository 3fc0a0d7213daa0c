"""A real engine as the tests see it: how to reach it, and the label by which it is swept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

import pytest

from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.flavours import UNSET

_NAMES = os.environ.get("BPKIT_TEST_ENGINES", "classic,modern").replace(",", " ").split()
#: The engines under test as parameters of the fixture ``engine``.
UNDER_TEST = [pytest.param(name) for name in _NAMES] or [
    pytest.param("none", marks=pytest.mark.skip(reason="BPKIT_TEST_ENGINES is empty"))
]
#: Marks a test that one engine is enough for, because a stand-in shows the rest.
ONE_ENGINE = pytest.mark.parametrize("engine", UNDER_TEST[:1], indirect=True)


@dataclass(frozen=True)
class EngineSession:
    """One engine for one run of the tests.

    What a test creates by hand gets ``--label {label}``; it is removed when the run ends.
    """

    flavour: str
    client: Client
    label: str

    @property
    def env(self) -> dict[str, str]:
        """A whole environment in which ``docker`` (or $DOCKER) reaches this engine."""
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        return {**kept, **self.client.env}

    def docker(self, *arguments: str) -> str:
        """What the client wrote on standard output, stripped. Raises EngineError if it fails."""
        return self.client(*arguments).strip()

    def containers(self) -> list[str]:
        """The ids of this run's containers, those that have ended too."""
        return self.docker("ps", "-aq", "--filter", f"label={self.label}").split()

    def images(self) -> list[str]:
        """The ids of this run's images, each once."""
        found = self.docker("images", "-q", "--no-trunc", "--filter", f"label={self.label}")
        return list(dict.fromkeys(found.split()))

    def sweep(self) -> None:
        """Remove this run's containers and images."""
        if containers := self.containers():
            self.docker("rm", "--force", "--volumes", *containers)
        if images := self.images():
            self.docker("rmi", "--force", *images)


def client_files(engine: EngineSession) -> list[str]:
    """The docker client of the engine and the libraries it is linked with, by their paths."""
    program = shutil.which("docker", path=engine.env["PATH"])
    if program is None or engine.flavour == "existing":
        pytest.skip("no docker client of ours to take into the container")
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    return [program, *re.findall(r"(?:=> )?(/\S+) \(0x", linked.stdout)]
