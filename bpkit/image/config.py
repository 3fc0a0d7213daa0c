"""How an image is started: command, environment, directory, user, platform."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: The engine's PATH for an image without one (moby, daemon/pkg/oci/caps DefaultPathEnv).
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DEFAULT_SHELL = ("/bin/sh", "-c")


@dataclass(frozen=True)
class ImageConfig:
    """The configuration of an image. ``architecture`` is a GOARCH. ``healthcheck`` is the health
    check's argv, empty if there is none.
    """

    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, hash=False)
    workdir: str = "/"
    user: str = ""
    architecture: str = "amd64"
    os: str = "linux"
    healthcheck: tuple[str, ...] = ()

    @property
    def argv(self) -> tuple[str, ...]:
        """The command that ``docker run IMAGE`` starts."""
        return (*self.entrypoint, *self.cmd)

    @property
    def process_env(self) -> Mapping[str, str]:
        """The environment of the process, as far as the image sets it."""
        return {"PATH": DEFAULT_PATH, **self.env}


def read_config(config: Mapping[str, Any], architecture: str, os: str = "linux") -> ImageConfig:
    """The configuration in the ``Config`` of ``docker image inspect``."""
    shell = tuple(config.get("Shell") or DEFAULT_SHELL)
    pairs = (str(item).partition("=") for item in config.get("Env") or ())
    return ImageConfig(
        entrypoint=tuple(config.get("Entrypoint") or ()),
        cmd=tuple(config.get("Cmd") or ()),
        env={name: value for name, _, value in pairs},
        workdir=config.get("WorkingDir") or "/",
        user=config.get("User") or "",
        architecture=architecture,
        os=os,
        healthcheck=_probe(tuple((config.get("Healthcheck") or {}).get("Test") or ()), shell),
    )


def _probe(test: tuple[str, ...], shell: tuple[str, ...]) -> tuple[str, ...]:
    """The argv of ``["CMD", …]`` or ``["CMD-SHELL", "…"]``; empty for ``["NONE"]``."""
    match test:
        case ("CMD", *argv):
            return tuple(argv)
        case ("CMD-SHELL", *text):
            return (*shell, shlex.join(text) if len(text) > 1 else "".join(text))
    return ()
