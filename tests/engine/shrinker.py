"""A project on one engine: runs ``bpkit shrink`` in it, builds and looks at what that wrote."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpkit.core.labels import image_label
from bpkit.core.recipe import STAGE
from bpkit.image.read import read_tar
from bpkit.image.rootfs import Rootfs
from tests.engine.session import EngineSession
from tests.places import ROOT


@dataclass(frozen=True)
class Shrinker:
    """Runs the verb in a project and builds what it wrote."""

    engine: EngineSession
    directory: Path
    project: str = field(default_factory=lambda: f"shrink-test-{uuid.uuid4().hex[:8]}")

    def write(self, dockerfile: str, **files: str) -> None:
        (self.directory / "Dockerfile").write_text(dockerfile)
        for name, text in files.items():
            (self.directory / name.replace("__", ".")).write_text(text)

    def shrink(self, *arguments: str, status: int = 0) -> dict[str, Any]:
        """The verb's JSON."""
        done = self.run(*arguments, "--json")
        assert done.returncode == status, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "bpkit",
                "shrink",
                "--quiet",
                "--name",
                self.project,
                *arguments,
            ],
            cwd=self.directory,
            env={**self.engine.env, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    def sweep(self) -> None:
        """Remove what the classic builder keeps of the stages of this project."""
        label = ("--filter", f"label={image_label(self.project, STAGE)}")
        if images := self.engine.docker("images", "-q", *label).split():
            self.engine.docker("rmi", "-f", *dict.fromkeys(images))

    def build(self, file: str, *arguments: str) -> str:
        tag = f"bpkit-test/shrink-{re.sub(r'[^a-z0-9]+', '-', file.lower())}"
        self.engine.docker(
            *("build", "-q", "-t", tag, "--label", self.engine.label, *arguments),
            *("-f", str(self.directory / file), str(self.directory)),
        )
        return tag

    def files(self, image: str) -> Rootfs:
        container = self.engine.docker("create", "--label", self.engine.label, image, "x")
        command = ["docker", "export", container]
        content = subprocess.run(
            command, env=self.engine.env, check=True, stdout=subprocess.PIPE
        ).stdout
        self.engine.docker("rm", "-v", container)
        return read_tar(io.BytesIO(content))

    def config(self, image: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            self.engine.docker("image", "inspect", "--format", "{{json .Config}}", image)
        )
        return found

    def status(self, image: str, *arguments: str) -> int:
        return subprocess.run(
            ["docker", "run", "--rm", "--label", self.engine.label, image, *arguments],
            env=self.engine.env,
            capture_output=True,
            check=False,
        ).returncode
