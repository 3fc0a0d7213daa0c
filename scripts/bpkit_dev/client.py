"""A docker (or podman) command line, and the development scripts' questions to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bpkit.errors import BpkitError, EngineError, NoEngineError
from scripts.bpkit_dev import engines, shell
from scripts.bpkit_dev.flavours import Paths, client_environment, flavour_named


@dataclass(frozen=True)
class Client:
    """The program, and the variables that it uses to find its engine."""

    program: str = "docker"
    env: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_flavour(cls, name: str) -> Client:
        """The client for a flavour that is up. Raises NoEngineError if it isn't."""
        flavour = flavour_named(name)
        paths = Paths.of(flavour)
        if not engines.server_version(flavour, paths):
            raise NoEngineError(
                f"the engine {name} is not up", hint=f"run 'scripts/engine up {name}'"
            )
        return cls(flavour.program, client_environment(flavour, paths))

    @classmethod
    def of_environment(cls) -> Client:
        """The client that the environment names. Raises NoEngineError if none answers."""
        client = cls(os.environ.get("DOCKER") or "docker")
        client("version", error=NoEngineError)
        return client

    def __call__(
        self,
        *arguments: str | Path,
        timeout: float | None = None,
        error: type[BpkitError] = EngineError,
    ) -> str:
        """The command's standard output. Raises ``error`` if it fails."""
        argv = ["env", self.program, *arguments]
        return shell.output(argv, env=self.env, timeout=timeout, error=error)

    def succeeds(self, *arguments: str | Path, timeout: float | None = None) -> bool:
        """Whether the command ends with status 0."""
        try:
            self(*arguments, timeout=timeout)
        except EngineError:
            return False
        return True

    def has_image(self, name: str) -> bool:
        """Whether the engine has an image with this name, without asking a registry."""
        return self.succeeds("image", "inspect", "--format", "{{.Id}}", name)

    def reference(self, name: str) -> str:
        """The name under which the engine keeps the image that docker pulls as ``name``.

        docker leaves out the registry and the ``library`` of Docker Hub, podman never does.
        """
        registry, slash, _ = name.partition("/")
        if Path(self.program).name != "podman" or (slash and set(registry) & set(".:")):
            return name
        return f"docker.io/{name}" if slash else f"docker.io/library/{name}"
